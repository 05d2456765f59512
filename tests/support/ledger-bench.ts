import type { Ledger, Move, Put } from "@/lib/core/ledger";

/** A fresh, empty ledger, and its time. `pass` moves that on; a ledger in the system's time has none. */
export interface LedgerBench {
  readonly ledger: Ledger;
  /** Epoch ms of the ledger's clock. */
  readonly now: number;
  readonly pass?: (ms: number) => void;
}

export const aPut = (put: Partial<Put> = {}): Put => ({
  key: "doc",
  expect: 0,
  entry: { rev: 1, text: "one" },
  ...put,
});

export const aMove = (member: string, score: number | null, set = "line"): Move => ({ set, member, score });
