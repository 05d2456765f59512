import type { Job, JobId, RunningJob } from "@/lib/core/job";
import type { ClaimRequest, HeldJob, JobStore, NewJob, Verb } from "@/lib/core/job-store";
import type { Ledger } from "@/lib/core/ledger";
import type { Outcome } from "@/lib/core/state-machine";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { aClaim, aNewJob, asItWas, NOW, RETENTION } from "@/tests/support/builders";

export const BROKEN: Outcome = { kind: "threw", error: { code: "broken", message: "It broke." }, retryInMs: null };
export const DONE: Outcome = { kind: "completed", output: { value: "done" } };

/** Kicks are told apart by number. */
export function aNonce(): () => string {
  let count = 0;
  return () => `n${++count}`;
}

/** A job store with a time that stands still, and the everyday sequences of calls. */
export function createJobBench(ledger: Ledger) {
  const store: JobStore = createJobStore({ ledger, retention: RETENTION, nonce: aNonce() });
  let now = NOW;

  async function enqueue(job: Partial<NewJob> = {}) {
    const { answers, kicks } = await store.enqueue([aNewJob(job)], now);
    const [answer] = answers;
    if (!answer) throw new Error("An enqueue answered nothing.");
    return { answer, kicks, id: (answer.job as Job).id };
  }

  const claim = async (request: Partial<ClaimRequest> = {}) => store.claim(aClaim({ now, ...request }));

  async function claimOne(request: Partial<ClaimRequest> = {}): Promise<HeldJob> {
    const [held] = (await claim({ limit: 1, ...request })).held;
    if (!held) throw new Error("There was no job to claim.");
    return held;
  }

  async function settle(held: HeldJob, outcome: Outcome, reached: { percent: number } & Reached = asItWas(held.job)) {
    return store.settle(held.job.queue, [{ held, outcome, reached }], now, 0);
  }

  async function stateOf(id: JobId): Promise<Job["state"] | null> {
    return (await store.get(id))?.job.state ?? null;
  }

  return {
    ledger,
    store,
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
    enqueue,
    claim,
    claimOne,
    settle,
    stateOf,
    control: (id: JobId, verb: Verb, owner = "ada") => store.control(id, owner, verb, now),
    tend: (limit = 100) => store.tend(now, limit),
    /** The ids that a worker could claim now, in their order. */
    async line(queue = "tests") {
      const ready = await ledger.range({ set: `ready:${queue}`, limit: 1_000 });
      return ready.map(({ member }) => member);
    },
  };
}

type Reached = Pick<RunningJob, "checkpoint">;
export type JobBench = ReturnType<typeof createJobBench>;
