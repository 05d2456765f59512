import { type BulkFilter, type BulkOrder, type BulkVerb, sourceOf, statesOf } from "@/lib/core/bulk";
import type { Job } from "@/lib/core/job";
import type { WalkCursor } from "@/lib/core/job-walk";
import type { Submission } from "@/lib/core/submission";
import { AppError } from "@/lib/errors";
import { type BulkDesk, scopeOf } from "@/lib/queue/bulk-desk";

/** The job that carries a bulk order out. */
export const BULK_JOB = "jobs.bulk";

interface BulkDeps {
  readonly submit: (submission: Submission) => Promise<{ job: Job; isNew: boolean }>;
  readonly deskOf: (owner: string) => BulkDesk;
  readonly clock: () => number;
}

interface BulkRequest {
  readonly verb: BulkVerb;
  readonly filter: BulkFilter;
}

export interface Preview {
  readonly count: number;
  /** There are more than were looked at. */
  readonly atLeast: boolean;
  readonly examples: readonly Job[];
}

/** What a preview looks at: ten pages of a command or two each. */
const MAX_PAGES = 10;
const PAGE = 100;
const EXAMPLES = 3;

/** Deals with many of an owner's jobs at once; the operator's own are everybody's. */
export function createBulk({ submit, deskOf, clock }: BulkDeps) {
  /** @throws AppError `filter_not_supported` */
  function orderOf(owner: string, request: BulkRequest): BulkOrder {
    const { state } = request.filter;
    if (statesOf(request).length === 0) {
      const title = `No job that is ${state ?? "such"} can be dealt with like that: the filter and "${request.verb}" exclude each other.`;
      throw new AppError("filter_not_supported", title);
    }
    if (sourceOf(request, scopeOf(owner, request))) return { ...request, upTo: clock() };
    const title =
      'Over all owners only some jobs can be found: failed ones ("state": "failed", or a "fingerprint"), ' +
      'and those in a queue\'s line ("state": "queued" with a "queue"). For any others, name their "owner".';
    throw new AppError("filter_not_supported", title);
  }

  return {
    /** How many jobs are meant, as far as it looks. @throws AppError `filter_not_supported` */
    async preview(owner: string, request: BulkRequest): Promise<Preview> {
      const order = orderOf(owner, request);
      const desk = deskOf(owner);
      const examples: Job[] = [];
      let count = 0;
      let cursor: WalkCursor | null = null;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const found = await desk.next(order, cursor, PAGE);
        count += found.jobs.length;
        examples.push(...found.jobs.slice(0, EXAMPLES - examples.length));
        cursor = found.cursor;
        if (cursor === null) break;
      }
      return { count, atLeast: cursor !== null, examples };
    },

    /** Begins it, as a job of this owner's. @throws AppError `filter_not_supported`, and as `submit` */
    start(owner: string, request: BulkRequest, idempotencyKey: string | null) {
      const { upTo, ...order } = orderOf(owner, request);
      // The instant is when the job was submitted: a repeated request sends the same, and finds the same job.
      return submit({ owner, name: BULK_JOB, input: order, idempotencyKey, fromApi: false });
    },
  };
}
