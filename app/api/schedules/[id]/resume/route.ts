import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readSchedule } from "@/lib/contracts/schedules";

/** Lets a paused schedule go on with its next instant. */
export const POST = handle(readSchedule, async ({ app, owner, params }) => app.schedules.resume(owner, params.id));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
