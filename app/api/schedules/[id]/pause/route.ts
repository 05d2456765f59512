import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readSchedule } from "@/lib/contracts/schedules";

/** Pauses a schedule: it fires no more until it is resumed. */
export const POST = handle(readSchedule, async ({ app, owner, params }) => app.schedules.pause(owner, params.id));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
