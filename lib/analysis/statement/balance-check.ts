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
function checkBalance(state: BalanceState, line: number, row: Row | null): void {
  if (row === null || row.balance === null) {
    state.last = null;
    return;
  }
  const { balance } = row;
  const effect = effectOf(row);
  if (state.last !== null) compareRows(state, state.last, { line, balance, effect });
  state.last = { balance, effect };
}

/** What the balances of some rows in a row say, whatever stands before them. */
export type BalanceRun = {
  /** The very first row, to be compared with the one before it; null if it has no balance, or was not read. */
  readonly first: { readonly line: number; readonly balance: number; readonly effect: number } | null;
  readonly isEmpty: boolean;
  readonly state: BalanceState;
};

/** Looks at rows whose predecessor is not known yet. */
export function createBalanceRun() {
  const state = noBalances();
  let first: BalanceRun["first"] = null;
  let isEmpty = true;
  return {
    add(line: number, row: Row | null): void {
      if (isEmpty && row !== null && row.balance !== null) {
        first = { line, balance: row.balance, effect: effectOf(row) };
      }
      isEmpty = false;
      checkBalance(state, line, row);
    },
    take: (): BalanceRun => ({ first, isEmpty, state }),
  };
}

/** The state behind rows that follow those before. */
export function joinBalances(before: BalanceState, { first, isEmpty, state }: BalanceRun): BalanceState {
  if (isEmpty) return before;
  const { oldestFirst, newestFirst } = structuredClone(before);
  if (before.last !== null && first !== null) compareRows({ oldestFirst, newestFirst }, before.last, first);
  return {
    oldestFirst: joined(oldestFirst, state.oldestFirst),
    newestFirst: joined(newestFirst, state.newestFirst),
    last: state.last,
  };
}

const joined = (a: Direction, b: Direction): Direction => ({
  breaks: a.breaks + b.breaks,
  first: [...a.first, ...b.first].slice(0, MAX_SHOWN),
});

/** The first breaks, in the direction that has fewer: many banks list the newest row first. */
export function balanceBreaks({ oldestFirst, newestFirst }: BalanceState): readonly BalanceBreak[] {
  return newestFirst.breaks < oldestFirst.breaks ? newestFirst.first : oldestFirst.first;
}

function compareRows(
  { oldestFirst, newestFirst }: Pick<BalanceState, "oldestFirst" | "newestFirst">,
  last: { readonly balance: number; readonly effect: number },
  { line, balance, effect }: { readonly line: number; readonly balance: number; readonly effect: number },
): void {
  compare(oldestFirst, { line, expected: last.balance + effect, found: balance });
  compare(newestFirst, { line, expected: last.balance - last.effect, found: balance });
}

function compare(direction: Direction, seen: BalanceBreak): void {
  if (seen.expected === seen.found) return;
  direction.breaks += 1;
  if (direction.first.length < MAX_SHOWN) direction.first = [...direction.first, seen];
}
