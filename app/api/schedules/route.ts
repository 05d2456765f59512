import { created } from "@/lib/api/created";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { createSchedule, listSchedules } from "@/lib/contracts/schedules";

/** Lists the caller's own schedules, newest first. */
export const GET = handle(listSchedules, async ({ app, owner, query: { cursor = null, limit } }) =>
  app.schedules.list(owner, { cursor, limit }),
);

/** Makes a schedule, whose job is checked as a submission is. */
export const POST = handle(createSchedule, async ({ app, owner, body }) =>
  created(await app.schedules.create(owner, body)),
);

export const { PUT, PATCH, DELETE } = refuseAllBut("GET", "POST");
