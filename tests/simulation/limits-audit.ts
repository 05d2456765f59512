import { isFinished, type Job, type RunningJob } from "@/lib/core/job";
import { keptCountOf } from "@/lib/core/keeping";
import type { Rate } from "@/lib/core/rate-limit";
import { isBeginning, timeLimitOf } from "@/lib/core/time-limit";
import { keptPlace, keyRatePlace, queueRatePlace } from "@/lib/store/jobs/places";
import { MAX_APART_MS } from "@/tests/simulation/history";
import { QUEUE_RATES } from "@/tests/simulation/jobs";
import type { Mirror, RecordChange } from "@/tests/simulation/mirror";
import { LEASE_MS } from "@/tests/support/builders";

/** An attempt that began: when that was written, and how long before its worker had looked at its clock. */
interface Start {
  readonly at: number;
  readonly lateMs: number;
}

/** A commit that is on its way when the time is over, one that waits for it, and that of the next safe point. */
const COMMITS_BEYOND = 3;

/** Looks after what definitions and queues limit: rates, times, and how many are kept. `now` is the true time. */
export function createLimitsAudit(mirror: () => Mirror, now: () => number) {
  const starts = new Map<string, Start[]>();
  const beyond = new Map<string, number>();

  function ratesOf(job: Job): [place: string, rate: Rate][] {
    const own = job.limits?.rate;
    const queues = QUEUE_RATES[job.queue];
    return [
      ...(own ? [[keyRatePlace(job, own.key), own] as [string, Rate]] : []),
      ...(queues ? [[queueRatePlace(job.queue), queues] as [string, Rate]] : []),
    ];
  }

  /**
   * No more attempts begin in a span than a rate allows. Spans are as the workers' clocks tell them, at the moment when
   * each asked for work: a call that was long on its way counts as one by a clock that is as much behind.
   */
  function wrongRates(job: RunningJob): string[] {
    const skewMs = (job.claimedAt ?? 0) - now();
    return ratesOf(job).flatMap(([place, { limit, perMs }]) => {
      const before = (starts.get(place) ?? []).filter(({ at }) => at > now() - 2 * perMs);
      const all = [...before, { at: now(), lateMs: Math.max(0, -skewMs) }];
      starts.set(place, all);
      const spanMs = perMs - MAX_APART_MS - Math.max(...all.map(({ lateMs }) => lateMs));
      const count = all.filter(({ at }) => at > now() - spanMs).length;
      return count <= limit ? [] : [`${job.id} is number ${count} of ${place} in ${spanMs} ms: ${limit} may begin`];
    });
  }

  /** Once its time is over, a job is neither kept alive by its heart nor goes on beyond its next safe point. */
  function wrongLease(was: RunningJob, job: RunningJob): string[] {
    const limit = timeLimitOf(was);
    if (!limit || job.leasedUntil <= was.leasedUntil || job.leasedUntil <= limit.at + LEASE_MS) return [];
    if (job.commits === was.commits) return [`${job.id} is kept alive beyond its time, until ${job.leasedUntil}`];
    const slice = `${job.id} ${job.token}`;
    const count = (beyond.get(slice) ?? 0) + 1;
    beyond.set(slice, count);
    return count <= COMMITS_BEYOND ? [] : [`${job.id} has gone on beyond its time, with ${count} commits`];
  }

  /** Nobody is said to have run too long before he has. */
  function wrongTimeOut(was: Job, job: Job): string[] {
    const error = job.state === "failed" || job.state === "retrying" ? job.error : null;
    if (was.state !== "running" || error?.code !== "timed_out") return [];
    const limit = timeLimitOf(was);
    const isOver = limit !== null && now() + MAX_APART_MS >= limit.at;
    return isOver ? [] : [`${job.id} has timed out ${limit ? `${limit.at - now()} ms too early` : "without a limit"}`];
  }

  return {
    afterWrite: (changes: readonly RecordChange[]): string[] =>
      changes.flatMap(({ was, now: job }) => {
        if (!was || !job) return [];
        const begins = was.state === "queued" && job.state === "running" && isBeginning(was);
        return [
          ...(begins ? wrongRates(job) : []),
          ...(was.state === "running" && job.state === "running" ? wrongLease(was, job) : []),
          ...wrongTimeOut(was, job),
        ];
      }),

    /** When every end was told: no more are kept than may be. */
    atTheEnd(): string[] {
      const counted = mirror()
        .jobs()
        .filter((job) => isFinished(job) && job.expiresAt > now() + MAX_APART_MS && keptCountOf(job) !== null);
      return [...Map.groupBy(counted, (job) => keptPlace(job))].flatMap(([place, jobs]) => {
        const most = jobs[0] ? keptCountOf(jobs[0]) : null;
        return jobs.length <= (most ?? 0) ? [] : [`${place}: ${jobs.length} are kept, and ${most} may be`];
      });
    },
  };
}
