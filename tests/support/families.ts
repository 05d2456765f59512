import { childrenWake, type SpawnCursor } from "@/lib/core/children";
import type { JobId } from "@/lib/core/job";
import type { JobStore, NewJob } from "@/lib/core/job-store";
import type { Outcome } from "@/lib/core/state-machine";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { aJobId, aNewJob, RETENTION } from "@/tests/support/builders";
import { BROKEN, type JobBench } from "@/tests/support/job-bench";

export const GROUP = { stage: "family", round: 0 };
export const CURSOR: SpawnCursor = { round: 0, heard: 0, made: 2, isSealed: true, looks: 0, pass: null };
const WAITS = { kind: "waiting", delayMs: null, waitFor: { stage: "family", name: childrenWake("family") } } as const;

/** A store to which something happens between what it reads and its first write. */
export function aStoreOvertakenBy({ ledger }: JobBench, act: () => Promise<unknown>): JobStore {
  let isOvertaken = false;
  return createJobStore({
    retention: RETENTION,
    nonce: () => "late",
    ledger: {
      ...ledger,
      async apply(changes) {
        if (!isOvertaken) {
          isOvertaken = true;
          await act();
        }
        return ledger.apply(changes);
      },
    },
  });
}

export const childrenOf = (id: JobId): NewJob[] =>
  [0, 1].map((index) => aNewJob({ id: aJobId(), parent: { id, ...GROUP, index, onFailure: "continue" } }));

/** What the record of a parent says whose children stand so. */
export const reachedWith = (cursor: SpawnCursor) =>
  ({
    checkpoint: { stages: { family: { state: "running", cursor, done: 0, failed: 0 } }, datasets: {} },
    percent: 0,
  }) as const;

/** A parent that has ended, two children that have failed too, and what its record says of them. */
export async function failFamily(bench: JobBench, cursor = CURSOR, outcome: Outcome = BROKEN) {
  const { id } = await bench.enqueue();
  const held = await bench.claimOne({ token: "parent" });
  const children = childrenOf(id);
  await bench.store.enqueue(children, bench.now());
  await bench.settle(held, WAITS, reachedWith(cursor));
  for (const _child of children) await bench.settle(await bench.claimOne({ token: "child" }), BROKEN);
  const parent = await bench.claimOne({ token: "parent" });
  await bench.settle(parent, outcome, reachedWith(cursor));
  return { id, children: children.map((child) => child.id) as [JobId, JobId] };
}
