import type { FileStore } from "@/lib/core/file-store";
import { type Ledger, StoreUnavailableError } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";
import type { Fates } from "@/tests/simulation/fates";
import type { Life, Timeline } from "@/tests/simulation/timeline";
import { LEASE_MS } from "@/tests/support/builders";

interface PortDeps {
  readonly timeline: Timeline;
  readonly fates: Fates;
  readonly life: Life;
  readonly kill: (life: Life) => void;
}

export type Call = ReturnType<typeof createCall>;

/** Where what was sent arrives, with what can happen on the way there and back. */
export function createCall({ timeline, fates, life, kill }: PortDeps) {
  let calls = 0;

  return function call<Answer>(what: string, act: () => Promise<Answer>, failure: () => Error): Promise<Answer> {
    const name = `${life.name}#${++calls}:${what}`;
    const chance = fates.chance(name);
    const fault = fates.ofCall(name, chance);
    const thereMs = fault === "isSlow" ? chance.between(1_000, 12_000) : chance.between(1, 40);
    const backMs = chance.between(1, 40);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const fail = () => reject(failure());

    timeline.after(thereMs, null, async () => {
      if (fault === "killsBefore") return kill(life);
      if (fault === "failsBefore") return timeline.after(backMs, life, fail);
      if (fault === "isLate") {
        timeline.after(backMs, life, fail);
        return timeline.after(chance.between(100, 50_000), null, act);
      }
      if (fault === "sentTwice") await act();
      const answer = await act();
      if (fault === "killsAfter") return kill(life);
      if (fault === "freezes") life.frozenUntil = timeline.now() + chance.between(LEASE_MS / 2, LEASE_MS * 3);
      timeline.after(backMs, life, fault === "failsAfter" ? fail : () => resolve(answer));
    });
    return promise;
  };
}

const outOfReach = () => new StoreUnavailableError("simulated");
const fileFailed = () => new AppError("unavailable", "The file store is out of reach.");

/** The ledger as one instance reaches it. `write` is told who wrote. */
export function ledgerPort(ledger: Ledger, call: Call): Ledger {
  return {
    read: (keys) => call("read", () => ledger.read(keys), outOfReach),
    apply: (changes) => call("apply", () => ledger.apply(changes), outOfReach),
    applyAndRange: (changes, range) => call("apply", () => ledger.applyAndRange(changes, range), outOfReach),
    range: (range) => call("range", () => ledger.range(range), outOfReach),
    sizes: (sets) => call("sizes", () => ledger.sizes(sets), outOfReach),
    counters: (names) => call("counters", () => ledger.counters(names), outOfReach),
  };
}

/** As much of a file store as jobs write to. */
export function filePort(files: Pick<FileStore, "write" | "deleteAll">, call: Call): typeof files {
  return {
    write: (name, bytes) => call("write", () => files.write(name, bytes), fileFailed),
    deleteAll: (prefix) => call("deleteAll", () => files.deleteAll(prefix), fileFailed),
  };
}
