import { effectOf, type Row } from "@/lib/analysis/statement/row";

/** A row whose balance does not follow from its neighbour's, in minor units. */
type BalanceBreak = { readonly line: number; readonly expected: number; readonly found: number };

type Direction = { breaks: number; first: readonly BalanceBreak[] };

/** JSON, so that it can wait between two slices. `last` is the row before, if it was read and has a balance. */
export type BalanceState = {
  oldestFirst: Direction;
  newestFirst: Direction;
  last: { readonly balance: number; readonly effect: number } | null;
};

const MAX_SHOWN = 10;

export const noBalances = (): BalanceState => ({
  oldestFirst: { breaks: 0, first: [] },
  newestFirst: { breaks: 0, first: [] },
  last: null,
});

/** Looks at one row in the file's order; null for one that was not read, behind which nothing can be expected. */
export function checkBalance(state: BalanceState, line: number, row: Row | null): void {
  if (row === null || row.balance === null) {
    state.last = null;
    return;
  }
  const { balance } = row;
  const effect = effectOf(row);
  if (state.last !== null) {
    const { last } = state;
    compare(state.oldestFirst, { line, expected: last.balance + effect, found: balance });
    compare(state.newestFirst, { line, expected: last.balance - last.effect, found: balance });
  }
  state.last = { balance, effect };
}

/** The first breaks, in the direction that has fewer: many banks list the newest row first. */
export function balanceBreaks({ oldestFirst, newestFirst }: BalanceState): readonly BalanceBreak[] {
  return newestFirst.breaks < oldestFirst.breaks ? newestFirst.first : oldestFirst.first;
}

function compare(direction: Direction, seen: BalanceBreak): void {
  if (seen.expected === seen.found) return;
  direction.breaks += 1;
  if (direction.first.length < MAX_SHOWN) direction.first = [...direction.first, seen];
}
