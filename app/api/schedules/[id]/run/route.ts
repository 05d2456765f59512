import { handle } from "@/lib/api/handle";
import { idempotencyKeyOf } from "@/lib/api/idempotency-key";
import { submittedReply, viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { runSchedule } from "@/lib/contracts/schedules";

/** Makes the schedule's job now: 202, or 200 with the unfinished one beside which it may not run. */
export const POST = handle(runSchedule, async ({ app, owner, params, request }) => {
  const { job, isNew } = await app.schedules.run(owner, params.id, idempotencyKeyOf(request));
  return submittedReply(viewOf(app, job), isNew);
});

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
