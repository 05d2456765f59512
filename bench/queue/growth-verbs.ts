import { COMPLETED, end, type Longhaul, run } from "@/bench/queue/crowds";
import { systemClock } from "@/lib/clock";
import { createFailures } from "@/lib/queue/failures";
import { createList } from "@/lib/queue/list";

/** What ordinary life asks of a store, and how often a round asks it for each `unit` of work. */
export interface GrowthVerb {
  readonly name: string;
  readonly times: (unit: number) => number;
  /** Does it so many times. */
  readonly act: (longhaul: Longhaul, times: number) => Promise<unknown>;
}

const OWNER = "bench";
const PAGE = 20;

async function repeat(times: number, act: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i += 1) await act();
}

/** The first adds as many jobs as those after it take, so that no crowd grows or shrinks by more than it is measured by. */
export const GROWTH_VERBS: readonly GrowthVerb[] = [
  {
    name: "enqueue one",
    times: (unit) => unit,
    act: (longhaul, times) => repeat(times, () => longhaul.enqueue(longhaul.jobs(1))),
  },
  {
    name: "enqueue in one call",
    times: (unit) => unit,
    act: (longhaul, times) => longhaul.enqueue(longhaul.jobs(times)),
  },
  { name: "claim, settle and tell", times: (unit) => 2 * unit, act: run },
  {
    name: "commit",
    times: (unit) => unit,
    async act(longhaul, times) {
      await longhaul.enqueue(longhaul.jobs(1));
      let [held] = await longhaul.claim(1);
      for (let done = 0; held && done < times; done += 1) held = await longhaul.commit(held, done);
      if (!held) throw new Error("There was no job to claim.");
      await end(longhaul, [held], () => COMPLETED);
    },
  },
  {
    name: "read one",
    times: (unit) => unit,
    async act({ store }, times) {
      const [job] = (await store.list(OWNER, { cursor: null, limit: 1 })).jobs;
      if (!job) throw new Error("There was no job to read.");
      await repeat(times, () => store.get(job.id));
    },
  },
  {
    name: "first page of an owner's list",
    times: (unit) => unit / 5,
    act: ({ store }, times) => repeat(times, () => createList({ store })(OWNER, { cursor: null, limit: PAGE })),
  },
  {
    name: "the same, filtered to nothing",
    times: (unit) => unit / 50,
    act: ({ store }, times) =>
      repeat(times, () => createList({ store })(OWNER, { cursor: null, limit: PAGE, tag: "none" })),
  },
  {
    name: "state of the queue",
    times: (unit) => unit / 2,
    act: ({ store, queue }, times) => repeat(times, () => store.counts([queue])),
  },
  {
    name: "sweep with nothing due",
    times: (unit) => unit,
    act: ({ store }, times) => repeat(times, () => store.tend(systemClock(), 100)),
  },
  {
    name: "failures by kind",
    times: (unit) => Math.ceil(unit / 50),
    act: ({ store }, times) => repeat(times, () => createFailures({ store }).groups(OWNER)),
  },
  {
    name: "a page of failures of one kind",
    times: (unit) => Math.ceil(unit / 20),
    async act({ store }, times) {
      const { jobs } = await store.walk({ kind: "failed", owner: OWNER }, { cursor: null, limit: 1 });
      const kind = jobs.flatMap((job) => (job.state === "failed" ? (job.fingerprint ?? []) : []))[0] ?? "none";
      await repeat(times, () => createFailures({ store }).jobs(OWNER, kind, { cursor: null, limit: PAGE }));
    },
  },
];
