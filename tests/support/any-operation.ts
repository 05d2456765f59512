import fc from "fast-check";
import { type FinishedJob, isFinished, type Job, JobId } from "@/lib/core/job";
import type { HeldJob, JobStore, NewJob, Verb } from "@/lib/core/job-store";
import type { JobSource, WalkCursor, WalkedPage } from "@/lib/core/job-walk";
import type { Ledger } from "@/lib/core/ledger";
import type { Outcome } from "@/lib/core/state-machine";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { aClaim, aNewJob, aReached, asItWas, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN, DONE } from "@/tests/support/job-bench";

const few = fc.nat({ max: 5 });
const key = fc.option(fc.constantFrom("k", "l"), { freq: 2 });

const RATED = {
  rate: { key: "k", limit: 1, perMs: 5_000, slotAt: null },
  attemptMs: null,
  jobMs: null,
};

const KEPT = {
  ...RATED,
  rate: null,
  keep: { completedMs: 20_000, failedMs: null, completedCount: 1, failedCount: 0 },
};

const newJob = fc.record({
  number: fc.nat({ max: 12 }),
  owner: fc.constantFrom("ada", "b:b"),
  queue: fc.constantFrom("tests", "tests", "mails"),
  priority: fc.constantFrom(0, 0, 5),
  maxAttempts: fc.constantFrom(1, 2),
  delayMs: fc.option(fc.constantFrom(1_000, 20_000), { freq: 2 }),
  uniqueKey: key,
  limits: fc.option(
    fc.constantFrom(RATED, { ...RATED, attemptMs: 4_000 }, { ...RATED, rate: null, jobMs: 8_000 }, KEPT),
    {
      freq: 2,
    },
  ),
  onDuplicate: fc.constantFrom(undefined, undefined, "replace", "refuse"),
  concurrencyKey: key,
  onFailure: fc.option(fc.constantFrom("fail", "continue", "cancel"), { freq: 2 }),
  request: fc.option(fc.record({ key: fc.constantFrom("r", "s"), fingerprint: fc.constantFrom("f", "g") }), {
    freq: 2,
  }),
});

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(
  DONE,
  BROKEN,
  { kind: "threw", error: { code: "down", message: "It is down." }, retryInMs: 2_000 },
  { kind: "waiting", delayMs: 5_000 },
  { kind: "waiting", delayMs: 5_000, waitFor: { stage: "order", name: "paid" } },
  { kind: "waiting", delayMs: null, waitFor: { stage: "order", name: "paid" } },
  { kind: "interrupted" },
);
const slice = fc.record({ which: few, outcome, done: fc.option(fc.nat({ max: 10 })) });
const verb = fc.constantFrom<Verb>("cancel", "pause", "resume", "retry", "restart", "expire");

const call = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("enqueue" as const),
      jobs: fc.array(newJob, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("claim" as const),
      queue: fc.constantFrom("tests", "mails"),
      limit: fc.integer({ min: 1, max: 3 }),
      concurrency: fc.constantFrom(null, 2),
      rate: fc.constantFrom(null, null, { limit: 2, perMs: 5_000 }),
      withCandidates: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("commit" as const), which: few, done: fc.option(fc.nat({ max: 10 })) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      slices: fc.uniqueArray(slice, { minLength: 1, maxLength: 3, selector: (s) => s.which }),
      next: fc.nat({ max: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("control" as const), number: fc.nat({ max: 12 }), verb }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wake" as const),
      number: fc.nat({ max: 12 }),
      wake: fc.record({
        id: fc.constantFrom("w", "v", null),
        name: fc.constantFrom("paid", "paid", "shipped"),
        payload: fc.nat({ max: 3 }),
      }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("tend" as const), limit: fc.constantFrom(1, 3, 100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rescueAll" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("pauseQueue" as const, "resumeQueue" as const),
      queue: fc.constantFrom("tests", "mails"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("prune" as const), number: fc.nat({ max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const), number: fc.nat({ max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("acknowledge" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(1, 1_000, 5_000, LEASE_MS, RETENTION.completedMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("read" as const), limit: fc.integer({ min: 1, max: 4 }) }) },
);

/** A call, whether it is made twice, and whether the database's answers to it get lost on the way. */
export const anOperation = fc.record({
  call,
  isRepeated: fc.boolean(),
  isLost: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
type Generated<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;
type Operation = Generated<typeof anOperation>;
type Call = Operation["call"];

const idOf = (number: number) => JobId.parse(`job_${number}`);

/** Plays operations on a store: what an operation is about is found in the answers to those before. */
export function createPlayer(ledger: Ledger) {
  let nonces = 0;
  let tokens = 0;
  let now = NOW;
  let candidates: readonly JobId[] = [];
  let events: Awaited<ReturnType<JobStore["tend"]>>["events"] = [];
  const helds: HeldJob[] = [];
  const store = createJobStore({ ledger, retention: RETENTION, nonce: () => `n${++nonces}` });

  const hold = (held: HeldJob) => {
    const at = helds.findIndex(({ job }) => job.id === held.job.id && job.token === held.job.token);
    if (at < 0) helds.unshift(held);
    else helds[at] = held;
  };

  function newJobOf({ number, delayMs, request, onFailure, ...given }: Generated<typeof newJob>): NewJob {
    const runAt = delayMs === null ? null : now + delayMs;
    const isChild = onFailure !== null && number > 0;
    const parent = isChild ? { id: idOf(0), stage: "order", round: 0, index: number, onFailure } : undefined;
    return aNewJob({ ...given, parent, id: idOf(number), runAt, idempotency: request });
  }

  async function walked(source: JobSource, limit: number): Promise<JobId[]> {
    const ids: JobId[] = [];
    let cursor: WalkCursor | null = null;
    do {
      const page: WalkedPage = await store.walk(source, { cursor, limit });
      ids.push(...page.jobs.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor);
    return ids;
  }

  /** A call with all that it needs, to be made once or twice. */
  function prepare(call: Call): () => Promise<unknown> {
    switch (call.kind) {
      case "enqueue": {
        const jobs = call.jobs.map((job) => newJobOf(job));
        return () => store.enqueue(jobs, now);
      }
      case "claim": {
        const { queue, limit, concurrency, rate, withCandidates } = call;
        const token = `w${++tokens}`;
        const request = aClaim({
          queue,
          limit,
          concurrency,
          rate,
          token,
          now,
          candidates: withCandidates ? candidates : undefined,
        });
        return async () => {
          const answer = await store.claim(request);
          for (const held of answer.held) hold(held);
          return answer;
        };
      }
      case "commit": {
        const held = helds[call.which];
        if (!held) return async () => null;
        const reached = call.done === null ? null : aReached(call.done);
        return async () => {
          const answer = await store.commit(held, { reached, leasedUntil: now + LEASE_MS, now });
          if (answer.kind !== "lost") hold(answer.held);
          return answer;
        };
      }
      case "settle": {
        const settlements = call.slices.flatMap(({ which, outcome, done }) => {
          const held = helds[which];
          return held ? [{ held, outcome, reached: done === null ? asItWas(held.job) : aReached(done) }] : [];
        });
        const queue = settlements[0]?.held.job.queue ?? "tests";
        return async () => {
          const answer = await store.settle(queue, settlements, now, call.next);
          candidates = answer.candidates;
          return answer;
        };
      }
      case "control": {
        const id = idOf(call.number);
        return async () => store.control(id, (await store.get(id))?.job.owner ?? "ada", call.verb, now);
      }
      case "wake":
        return () => store.wake(idOf(call.number), null, call.wake, now);
      case "tend":
        return async () => {
          const answer = await store.tend(now, call.limit);
          events = answer.events;
          return answer;
        };
      case "rescueAll":
        return () => store.rescueAll(now);
      case "pauseQueue":
      case "resumeQueue":
        return () => store[call.kind](call.queue, now);
      case "prune":
        return async () => {
          const job: Job | undefined = (await store.get(idOf(call.number)))?.job;
          return job && isFinished(job) ? store.prune(job satisfies FinishedJob, now) : null;
        };
      case "forget":
        return async () => {
          now += 1_000; // nobody writes to a job as often as there are milliseconds in its time
          const job: Job | undefined = (await store.get(idOf(call.number)))?.job;
          return job && isFinished(job) ? store.forget(job satisfies FinishedJob, now) : null;
        };
      case "acknowledge":
        return () => store.acknowledge(events);
      case "pass":
        return async () => {
          now += call.ms;
        };
      case "read":
        return async () => [
          await store.list("ada", { cursor: null, limit: call.limit }),
          await store.counts(["tests", "mails"]),
          await store.children(idOf(0), { stage: "order", round: 0 }),
          await store.list("ada", { cursor: null, limit: call.limit, parent: idOf(0) }),
          await store.completed("ada", "tests.work", "k"),
          await store.failureGroups("ada"),
          await store.failureGroups(null),
          await walked({ kind: "failed", owner: null }, call.limit),
          await walked({ kind: "owner", owner: "b:b" }, call.limit),
          await walked({ kind: "queue", queue: "tests" }, call.limit),
        ];
    }
  }

  return {
    async play({ call, isRepeated }: Operation): Promise<unknown[]> {
      const act = prepare(call);
      return isRepeated ? [await act(), await act()] : [await act()];
    },
    async jobs(): Promise<Job[]> {
      const found = await Promise.all(Array.from({ length: 13 }, (_, number) => store.get(idOf(number))));
      return found.flatMap((kept) => kept?.job ?? []);
    },
    now: () => now,
  };
}
