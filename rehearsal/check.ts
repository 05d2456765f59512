import { isDeepStrictEqual } from "node:util";
import type { JobRecord, Observed } from "@/rehearsal/observed";

export interface Verdict {
  readonly promise: string;
  /** Where it was broken; empty if it was kept. */
  readonly broken: readonly string[];
}

/** How long after its limit a process may still be seen: the system has to bury it. */
const BURIAL_MS = 1_000;

type JobCheck = (job: JobRecord, throws: number) => string | null;

/** The promises of the architecture that can be seen from outside, one by one. */
const OF_JOBS: ReadonlyArray<readonly [promise: string, broken: JobCheck]> = [
  [
    "every job ends, completed or as its owner wanted",
    ({ isOver, end, mayBeCancelled }) => {
      if (!isOver) return `is still ${end.state}`;
      if (end.state === "completed" || (end.state === "cancelled" && mayBeCancelled)) return null;
      return `ended ${end.state}${end.error ? `: ${end.error.message} (${end.error.code})` : ""}`;
    },
  ],
  [
    "no effect twice, none lost: datasets are byte for byte those of an undisturbed run",
    ({ found, expected }) =>
      found && !isDeepStrictEqual(found.bytes, expected.bytes)
        ? `exported ${JSON.stringify(found.bytes)} in place of ${JSON.stringify(expected.bytes)}`
        : null,
  ],
  [
    "results are those of an undisturbed run",
    ({ found, expected }) =>
      found && !isDeepStrictEqual(found.summary, expected.summary) ? "has another result" : null,
  ],
  [
    "a request that was sent again makes no second job",
    ({ ownJobs }) => (ownJobs === 1 ? null : `became ${ownJobs} jobs`),
  ],
  [
    "progress never goes back",
    ({ seen }) => {
      const back = seen.find(({ percent, rows }, place) => {
        const before = seen[place - 1];
        return before !== undefined && (percent < before.percent || rows < before.rows);
      });
      return back ? `went back to ${back.percent} % and ${back.rows} rows` : null;
    },
  ],
  [
    "only a throw costs an attempt, no kill and no lost message",
    ({ end }, throws) =>
      end.attempt > 1 + throws ? `is at attempt ${end.attempt} although it threw ${throws} times` : null,
  ],
];

/** Checks each promise on what was observed. */
export function check({ jobs, troubles, lives, throws, watchedLateMs }: Observed): Verdict[] {
  const verdicts = OF_JOBS.map(([promise, breach]): Verdict => {
    const broken = jobs.flatMap((job) => {
      const how = breach(job, throws.get(job.id) ?? 0);
      return how === null ? [] : [`${job.name} (${job.id}) ${how}`];
    });
    return { promise, broken };
  });
  const marginMs = BURIAL_MS + watchedLateMs;
  const late = lives.filter(({ mustEndAt, endedAt }) => mustEndAt !== null && endedAt > mustEndAt + marginMs);
  return [
    ...verdicts,
    { promise: "every owner gets an answer in the end", broken: troubles },
    {
      promise: "no process outlives its limit",
      broken: late.map(({ pid, endedAt, mustEndAt }) => `process ${pid} by ${endedAt - (mustEndAt ?? 0)} ms`),
    },
  ];
}
