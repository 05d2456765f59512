import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { changeSchedule, deleteSchedule, readSchedule } from "@/lib/contracts/schedules";

/** Reads one of the caller's own schedules; somebody else's is simply not found. */
export const GET = handle(readSchedule, async ({ app, owner, params }) => app.schedules.read(owner, params.id));

/** Changes what is said, and leaves the rest. */
export const PATCH = handle(changeSchedule, async ({ app, owner, params, body }) =>
  app.schedules.change(owner, params.id, body),
);

/** Deletes a schedule; the jobs that it has made go on. */
export const DELETE = handle(deleteSchedule, async ({ app, owner, params }) => {
  await app.schedules.remove(owner, params.id);
  return { deleted: true as const };
});

export const { POST, PUT } = refuseAllBut("GET", "PATCH", "DELETE");
