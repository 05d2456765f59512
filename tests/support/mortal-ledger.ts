import type { Ledger } from "@/lib/core/ledger";

/** A call of a process to its ledger, counted from 1, at which the process dies. */
export interface Death {
  readonly call: number;
  readonly when: "before" | "after";
}

/** A process that dies at a call: the one or the other side of it taking effect, and nothing after that. */
export function createMortalLedger(ledger: Ledger, death: Death | null) {
  let calls = 0;
  const mortal =
    <Args extends unknown[], Answer>(act: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      calls += 1;
      const call = calls;
      if (death && (call > death.call || (call === death.call && death.when === "before"))) throw new Error("killed");
      const answer = await act(...args);
      if (death && calls >= death.call) throw new Error("killed");
      return answer;
    };
  const guarded: Ledger = {
    read: mortal(ledger.read),
    apply: mortal(ledger.apply),
    applyAndRange: mortal(ledger.applyAndRange),
    range: mortal(ledger.range),
    sizes: mortal(ledger.sizes),
    counters: mortal(ledger.counters),
  };
  return { ledger: guarded, calls: () => calls };
}
