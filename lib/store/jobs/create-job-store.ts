import type { JobStore } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import { createClaim } from "@/lib/store/jobs/claim";
import { createCommit } from "@/lib/store/jobs/commit";
import { createControl } from "@/lib/store/jobs/control";
import type { Deps } from "@/lib/store/jobs/decide-again";
import { createEnqueue } from "@/lib/store/jobs/enqueue";
import { createForget } from "@/lib/store/jobs/forget";
import { askForWorkers } from "@/lib/store/jobs/look-after";
import { createQueuePause } from "@/lib/store/jobs/pause-queue";
import { DUE, eventTimer, filesTimer } from "@/lib/store/jobs/places";
import { createPrune } from "@/lib/store/jobs/prune";
import { createReads } from "@/lib/store/jobs/read";
import { createRescueAll } from "@/lib/store/jobs/rescue-all";
import { createSettle } from "@/lib/store/jobs/settle";
import { takeTurns } from "@/lib/store/jobs/take-turns";
import { createTend } from "@/lib/store/jobs/tend";
import { createWake } from "@/lib/store/jobs/wake";

/** The one job store there is: whatever keeps the ledger, the decisions are the same. */
export function createJobStore(given: Omit<Deps, "inTurn"> & { readonly retention: Retention }): JobStore {
  const { ledger } = given;
  const deps = { ...given, inTurn: takeTurns() };
  return {
    enqueue: createEnqueue(deps),
    claim: createClaim(deps),
    commit: createCommit(ledger),
    settle: createSettle(deps),
    ...createControl(deps),
    wake: createWake(deps),
    tend: createTend(deps),
    kick: (queues, now) => askForWorkers(deps, queues, now),
    ...createQueuePause(deps),
    rescueAll: createRescueAll(deps),
    prune: createPrune(deps),
    forget: createForget(ledger),
    ...createReads(ledger),

    async forgetFiles(id) {
      await ledger.apply([{ moves: [{ set: DUE, member: filesTimer(id), score: null }] }]);
    },

    async acknowledge(events) {
      if (events.length === 0) return;
      await ledger.apply([{ moves: events.map(({ id }) => ({ set: DUE, member: eventTimer(id), score: null })) }]);
    },
  };
}
