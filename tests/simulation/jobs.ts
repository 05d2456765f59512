import { z } from "zod";
import { type JobDefinition, jobDefiner } from "@/lib/core/definition";
import type { Job } from "@/lib/core/job";
import type { LimitSpecs } from "@/lib/core/job-limits";
import type { DuplicatePolicy } from "@/lib/core/job-store";
import type { Rate } from "@/lib/core/rate-limit";
import type { Services } from "@/lib/jobs/define-job";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import { FAMILY_DEFINITIONS } from "@/tests/simulation/family";
import { reader } from "@/tests/simulation/reader";

/** What simulated jobs may use of the world. */
export interface SimulatedServices extends Pick<Services, "children" | "files" | "webhooks"> {
  /** Time goes by. */
  readonly work: (ms: number) => Promise<void>;
  /** Throws where this run is out of luck. */
  readonly mayThrow: (what: string) => void;
  /** Calls a provider outside, which takes each key once. */
  readonly effect: (key: string) => Promise<void>;
}

const Input = z.object({
  rows: z.int(),
  msPerRow: z.int(),
  /** Waits before this row. */
  waitAt: z.int().nullable(),
  /** Jobs of one turn run one after the other; of one name there is one. */
  key: z.string(),
  /** Which submission it is: each makes one job at most. */
  order: z.int(),
});
export type Input = z.infer<typeof Input>;
const Output = z.object({ rows: z.int(), sum: z.int() });

/** Which code a deploy brings: a further stage, a cursor of another shape, a job that is not there any more. */
export const VERSIONS = ["plain", "further-stage", "other-cursor", "removed"] as const;
export type Version = (typeof VERSIONS)[number];

interface Kind {
  readonly name: string;
  readonly queue: string;
  /** What becomes of a second job with the same key; without it, keys are nothing to it. */
  readonly onDuplicate?: DuplicatePolicy;
  /** Jobs with the same key take turns. */
  readonly takesTurns?: boolean;
  /** Waits to be woken before each row. */
  readonly isWoken?: boolean;
  /** How many may begin, how long they may take, how many of them are kept. */
  readonly limits?: LimitSpecs<Input>;
  /** Schedules make it. */
  readonly isPublic?: boolean;
}
const TURNS: Kind = { name: "simulated.turns", queue: "beta", takesTurns: true };
export const WOKEN: Kind = { name: "simulated.woken", queue: "beta", isWoken: true };
export const KINDS: readonly [Kind, ...Kind[]] = [
  { name: "simulated.plain", queue: "alpha" },
  { name: "simulated.once", queue: "alpha", onDuplicate: "reuse" },
  { name: "simulated.latest", queue: "alpha", onDuplicate: "replace" },
  TURNS,
  TURNS,
  WOKEN,
  WOKEN,
  { name: "simulated.metered", queue: "gamma", limits: { rateLimit: { key: ({ key }) => key, limit: 1, per: "25s" } } },
  { name: "simulated.metered", queue: "gamma", limits: { rateLimit: { key: ({ key }) => key, limit: 1, per: "25s" } } },
  { name: "simulated.timed", queue: "alpha", limits: { timeouts: { attempt: "4s", job: "80s" } } },
  {
    name: "simulated.kept",
    queue: "alpha",
    limits: { keep: { completedFor: "30m", completedCount: 1, failedCount: 0 } },
  },
];
/** Made by schedules only. */
export const TICKED: Kind = { name: "simulated.ticked", queue: "alpha", isPublic: true };
export const QUEUES: readonly [string, ...string[]] = ["alpha", "beta", "gamma"];
/** How many attempts of a queue's jobs may begin in a span. */
export const QUEUE_RATES: Readonly<Record<string, Rate>> = { gamma: { limit: 2, perMs: 20_000 } };

const cursorOf = (version: Version): z.ZodType<Readonly<Record<string, number>>> =>
  version === "other-cursor" ? z.object({ position: z.int() }) : z.object({ at: z.int() });

/** Writes the numbers from 0, one row and one safe point each, and adds them up. */
function define(
  { name, queue, onDuplicate, takesTurns, isWoken, limits, isPublic }: Kind,
  version: Version,
): JobDefinition<SimulatedServices> {
  const at = version === "other-cursor" ? "position" : "at";
  return jobDefiner<SimulatedServices>()({
    name,
    queue,
    input: Input,
    output: Output,
    stages: {
      plan: "Planning",
      write: { label: "Writing", cursor: cursorOf(version) },
      [version === "further-stage" ? "check" : "report"]: "Looking at it",
      report: "Reporting",
    },
    datasets: { numbers: z.int(), heard: z.string() },
    isAnnounced: true,
    retry: { maxAttempts: 3, firstDelay: "2s", maxDelay: "1m" },
    ...(onDuplicate && { unique: { key: ({ key }: Input) => key, policy: onDuplicate } }),
    ...limits,
    ...(isPublic && { public: true }),
    ...(takesTurns && { concurrencyKey: ({ key }: Input) => key }),

    async *run({ input, stage, services, log }) {
      const total = yield* stage("plan", () => input.rows);
      yield* stage("write", { total, unit: "rows" }, async function* ({ cursor, woken, emit, effectKey }) {
        let isAwake = woken !== null;
        for (let row = cursor?.[at] ?? 0; row < total; row += 1) {
          if (isWoken && !isAwake) yield { cursor: { [at]: row }, done: row, waitFor: "go", timeout: "20s" };
          if (woken && isAwake) emit("heard", [woken.timedOut ? TOO_LATE : String(woken.payload)]);
          isAwake = false;
          services.mayThrow(`row ${row}`);
          await services.work(input.msPerRow);
          if (row % 3 === 0) await services.effect(effectKey(String(row)));
          emit("numbers", [row]);
          const reached = { cursor: { [at]: row + 1 }, done: row + 1 };
          yield row + 1 === input.waitAt ? { ...reached, wait: "5s" } : reached;
        }
      });
      if (version === "further-stage") yield* stage("check", () => services.mayThrow("check"));
      log.info("reporting");
      return yield* stage("report", () => outputOf(input));
    },
  });
}

/** What a deploy may take away. */
const LEAVING: ReadonlySet<string> = new Set([TURNS.name, TICKED.name]);

/** Whether its owner's webhooks hear of its end, also where a deploy has taken its definition away. */
export const isAnnounced = ({ name }: Pick<Job, "name">): boolean =>
  [...KINDS, TICKED].some((kind) => kind.name === name);

/** What a job hears that nobody has woken in time. */
export const TOO_LATE = "too late";

/** What a job must have returned, written and done outside, whatever happened to it on the way. */
export const outputOf = ({ rows }: Input) => ({ rows, sum: (rows * (rows - 1)) / 2 });
export const rowsOf = ({ rows }: Input): number[] => Array.from({ length: rows }, (_, i) => i);
export const effectsOf = (input: Input, jobId: string): string[] =>
  rowsOf(input).flatMap((row) => (row % 3 === 0 ? `${jobId}:write:${row}` : []));

type Definitions = ReadonlyMap<string, JobDefinition<SimulatedServices>>;

const definitionsIn = (version: Version): Definitions =>
  new Map(
    [
      ...[...KINDS, TICKED]
        .filter(({ name }) => version !== "removed" || !LEAVING.has(name))
        .map((kind) => define(kind, version)),
      ...FAMILY_DEFINITIONS,
      reader,
      // Of all that jobs may use, it uses the sender of webhooks only.
      deliverWebhook as unknown as JobDefinition<SimulatedServices>,
    ].map((definition) => [definition.name, definition]),
  );

const CODE = new Map<Version, Definitions>(VERSIONS.map((version) => [version, definitionsIn(version)]));

/** All jobs that this version of the code knows. */
export const definitionsOf = (version: Version): Definitions => CODE.get(version) ?? new Map();

/** Why a simulated job may fail: anything else is a fault of ours. */
export const FAILURES: ReadonlySet<string> = new Set([
  "unlucky",
  "hopeless",
  "cursor_incompatible",
  "unknown_job",
  "worker_lost",
  "storage_failed",
  "child_failed",
  "timed_out",
  "webhook_undelivered",
]);
