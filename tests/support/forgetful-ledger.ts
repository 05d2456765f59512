import type { Change, Ledger, Range } from "@/lib/core/ledger";

/**
 * A ledger whose answers get lost on the way and that sends the identical call again, as the Redis
 * adapter does after a timeout: whoever called sees the answer to the second one.
 */
export function createForgetfulLedger(ledger: Ledger, isLost: () => boolean): Ledger {
  return {
    ...ledger,
    async apply(changes: readonly Change[]) {
      if (isLost()) await ledger.apply(changes);
      return ledger.apply(changes);
    },
    async applyAndRange(changes: readonly Change[], range: Range) {
      if (isLost()) await ledger.applyAndRange(changes, range);
      return ledger.applyAndRange(changes, range);
    },
  };
}
