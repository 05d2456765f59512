import type { Job } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { WalkCursor } from "@/lib/core/job-walk";

interface FailedPage {
  readonly cursor: WalkCursor | null;
  readonly limit: number;
}

/** What one request may look at: then its page is short. */
const MAX_STEPS = 20;

/** Failed jobs by what went wrong: an owner's, or with null everybody's. */
export function createFailures({ store }: { readonly store: Pick<JobStore, "failureGroups" | "walk"> }) {
  return {
    groups: (owner: string | null) => store.failureGroups(owner),

    /** Jobs that failed alike, newest first. A page may be short and still have a cursor to go on from. */
    async jobs(owner: string | null, fingerprint: string, { cursor, limit }: FailedPage) {
      const jobs: Job[] = [];
      let at = cursor;
      for (let step = 0; step < MAX_STEPS && jobs.length < limit; step += 1) {
        const wanted = { cursor: at, limit: limit - jobs.length };
        const page = await store.walk({ kind: "failed", owner, fingerprint }, wanted);
        jobs.push(...page.jobs);
        at = page.cursor;
        if (at === null) break;
      }
      return { jobs, cursor: at };
    },
  };
}
