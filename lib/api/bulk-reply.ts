import type { Application } from "@/lib/api/application";
import { idempotencyKeyOf } from "@/lib/api/idempotency-key";
import { submittedReply, viewOf } from "@/lib/api/job-reply";
import type { Preview } from "@/lib/contracts/bulk";
import type { BulkFilter } from "@/lib/core/bulk";

interface Body {
  readonly verb: "retry" | "cancel" | "delete";
  readonly from: "checkpoint" | "start";
  readonly filter: BulkFilter;
  readonly dryRun: boolean;
}

/** Counts the jobs that are meant, or begins to deal with them: 202 with the job that does. */
export async function bulkReply(
  app: Application,
  owner: string,
  body: Body,
  request: Request,
): Promise<Preview | Response> {
  const { filter, dryRun } = body;
  const verb = body.verb === "retry" && body.from === "start" ? "restart" : body.verb;
  if (dryRun) {
    const { examples, ...counted } = await app.queue.bulk.preview(owner, { verb, filter });
    return { ...counted, examples: examples.map((job) => viewOf(app, job)) };
  }
  const { job, isNew } = await app.queue.bulk.start(owner, { verb, filter }, idempotencyKeyOf(request));
  return submittedReply(viewOf(app, job), isNew);
}
