import { type Bytes, FileMissingError, type FileStore } from "@/lib/core/file-store";
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

/** The file store as one instance reaches it. Bytes on their way are gathered first, for a call may be sent twice. */
export function filePort(files: FileStore, call: Call): FileStore {
  const send = (name: string, bytes: Uint8Array | readonly Uint8Array[]) =>
    call("write", () => files.write(name, bytes), fileFailed);
  return {
    write: (name, bytes) => (isHere(bytes) ? send(name, bytes) : Array.fromAsync(bytes).then((all) => send(name, all))),
    deleteAll: (prefix) => call("deleteAll", () => files.deleteAll(prefix), fileFailed),
    list: (prefix) => call("list", () => files.list(prefix), fileFailed),
    size: (name) => call("size", () => files.size(name), fileFailed),
    copy: (from, to) => call("copy", () => files.copy(from, to), fileFailed),
    async *read(name, range) {
      const found = await call("bytes", () => Array.fromAsync(files.read(name, range)).catch(asMissing), fileFailed);
      if (found instanceof FileMissingError) throw found;
      yield* found;
    },
  };
}

const isHere = (bytes: Bytes): bytes is Exclude<Bytes, AsyncIterable<Uint8Array>> => !(Symbol.asyncIterator in bytes);

/** That a file is not there is an answer, too. */
function asMissing(error: unknown): FileMissingError {
  if (error instanceof FileMissingError) return error;
  throw error;
}
