import { handle } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { orOperator } from "@/lib/api/or-operator";
import { refuseAllBut } from "@/lib/api/refuse";
import { wakeJob } from "@/lib/contracts/jobs";

/** Tells a job what it waits for, or will wait for. */
export const POST = handle(wakeJob, (call) =>
  orOperator(call, `Woke ${call.params.id} with "${call.body.name}"`, async (owner) =>
    viewOf(call.app, await call.app.queue.wake(call.params.id, owner, call.body)),
  ),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
