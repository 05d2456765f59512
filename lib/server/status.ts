import type { z } from "zod";
import type { readStatus } from "@/lib/contracts/status";
import type { JobStore } from "@/lib/core/job-store";
import { StoreUnavailableError } from "@/lib/core/ledger";
import type { Env } from "@/lib/env";
import { VERSION } from "@/lib/version";

interface StatusDeps {
  readonly env: Pick<Env, "store">;
  readonly store: Pick<JobStore, "counts">;
  readonly clock: () => number;
  readonly queues: readonly string[];
}

type Status = z.input<(typeof readStatus)["reply"]>;

/** The application's public health. */
export function createStatus({ env, store, clock, queues }: StatusDeps) {
  let lastSweepAt: number | null = null;
  const facts = () => ({ version: VERSION, lastSweepAt });

  return {
    swept: (at: number) => {
      lastSweepAt = at;
    },

    async read(): Promise<Status> {
      const asked = clock();
      try {
        const counts = await store.counts(queues);
        const answered = clock();
        const oldest = (at: number | null) => (at === null ? null : Math.max(0, answered - at));
        return {
          status: "ok",
          ...facts(),
          store: { kind: env.store.kind, latencyMs: answered - asked },
          queues: counts.map(({ oldestAt, ...count }) => ({ ...count, oldestAgeMs: oldest(oldestAt) })),
        };
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        return { status: "unavailable", ...facts(), store: { kind: env.store.kind, latencyMs: null }, queues: [] };
      }
    },
  };
}
