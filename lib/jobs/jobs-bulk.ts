import { z } from "zod";
import { BulkFilter, BulkVerb } from "@/lib/core/bulk";
import type { Job } from "@/lib/core/job";
import { WalkCursor } from "@/lib/core/job-walk";
import { defineJob } from "@/lib/jobs/define-job";
import { BULK_JOB } from "@/lib/queue/bulk";
import type { Acted } from "@/lib/queue/bulk-desk";

/** So many jobs are looked at between two safe points, and so many of them dealt with at the same time. */
const LOOK = 100;
const ACT = 50;
const AT_ONCE = 10;

const Counts = z.object({
  done: z.int(),
  skipped: z.int(),
  failed: z.int(),
  /** How often each code kept a job from being dealt with. */
  reasons: z.record(z.string(), z.int()),
});
type Counts = z.infer<typeof Counts>;

const NOTHING: Counts = { done: 0, skipped: 0, failed: 0, reasons: {} };

/**
 * Does with many jobs what its owner could do with each: retry, restart, cancel or delete. It goes on where it was
 * stopped, and what was dealt with before a crash does not fit any more; only jobs that fitted when it was submitted
 * are touched.
 */
export const bulkJobs = defineJob({
  name: BULK_JOB,
  queue: "bulk",
  input: z.object({ verb: BulkVerb, filter: BulkFilter }),
  output: Counts.extend({ matched: z.int() }),
  stages: {
    find: {
      label: "Counting the jobs",
      cursor: z.object({ at: WalkCursor, matched: z.int() }),
      weight: 0,
    },
    apply: {
      label: "Going through the jobs",
      cursor: Counts.extend({
        /** Null: all have been gone through. */
        at: WalkCursor.nullable(),
      }),
    },
  },
  /** The jobs that were left as they are, with the reason. */
  datasets: { left: z.object({ jobId: z.string(), outcome: z.enum(["skipped", "failed"]), code: z.string() }) },
  retry: { maxAttempts: 5 },
  /** An owner's go one after the other: no limit on his unfinished jobs holds for these. */
  concurrencyKey: () => "one",

  async *run({ input: { verb, filter }, createdAt, stage, services: { bulk } }) {
    const order = { verb, filter, upTo: createdAt };

    const matched = yield* stage("find", {}, async function* ({ cursor }) {
      let { at, matched }: { at: WalkCursor | null; matched: number } = cursor ?? { at: null, matched: 0 };
      for (;;) {
        const page = await bulk.next(order, at, LOOK);
        matched += page.jobs.length;
        at = page.cursor;
        if (at === null) return matched;
        yield { cursor: { at, matched }, done: matched };
      }
    });

    const counts = yield* stage("apply", { total: matched, unit: "jobs" }, async function* ({ cursor, emit }) {
      if (cursor?.at === null) return countsOf(cursor);
      let { at, ...counts } = cursor ?? { at: null, ...NOTHING };
      for (;;) {
        const page = await bulk.next(order, at, ACT);
        const acted = await inTurns(page.jobs, (job) => bulk.act(verb, job));
        counts = acted.reduce(counted, counts);
        emit(
          "left",
          page.jobs.flatMap((job, i) => leftOf(job, acted[i])),
        );
        at = page.cursor;
        const done = counts.done + counts.skipped + counts.failed;
        yield { cursor: { ...counts, at }, done, failed: counts.failed };
        if (at === null) return counts;
      }
    });
    return { matched, ...counts };
  },
});

/** A few at the same time: each is several calls to the store. */
async function inTurns(jobs: readonly Job[], act: (job: Job) => Promise<Acted>): Promise<Acted[]> {
  const acted: Acted[] = [];
  for (let from = 0; from < jobs.length; from += AT_ONCE) {
    acted.push(...(await Promise.all(jobs.slice(from, from + AT_ONCE).map(act))));
  }
  return acted;
}

const countsOf = ({ done, skipped, failed, reasons }: Counts): Counts => ({ done, skipped, failed, reasons });

function counted(counts: Counts, acted: Acted): Counts {
  const sum = { ...counts, [acted.kind]: counts[acted.kind] + 1 };
  if (acted.kind === "done") return sum;
  return { ...sum, reasons: { ...counts.reasons, [acted.code]: (counts.reasons[acted.code] ?? 0) + 1 } };
}

function leftOf({ id }: Job, acted: Acted | undefined) {
  return acted && acted.kind !== "done" ? [{ jobId: id, outcome: acted.kind, code: acted.code }] : [];
}
