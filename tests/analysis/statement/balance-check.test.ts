import fc from "fast-check";
import { expect, test } from "vitest";
import { createBalanceRun, joinBalances, noBalances } from "@/lib/analysis/statement/balance-check";
import type { Row } from "@/lib/analysis/statement/row";

const aRow = (balance: number | null, minor: number): Row => ({
  date: "2026-01-01",
  day: 20_454,
  description: "Tea",
  minor,
  type: "expense",
  category: "",
  notes: "",
  balance,
});
const anyRow = fc.oneof(
  fc.constant(null),
  fc.tuple(fc.option(fc.integer({ min: -3, max: 3 })), fc.integer({ min: 1, max: 2 })).map(([b, m]) => aRow(b, m)),
);

function stateOf(parts: readonly (readonly (Row | null)[])[]) {
  let line = 0;
  return parts.reduce((state, rows) => {
    const run = createBalanceRun();
    for (const row of rows) {
      line += 1;
      run.add(line, row);
    }
    return joinBalances(state, run.take());
  }, noBalances());
}

test("balances of parts, joined, say what the balances of the whole say", () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRow, { maxLength: 8 }), { maxLength: 6 }), (parts) => {
      expect(stateOf(parts)).toEqual(stateOf([parts.flat()]));
    }),
  );
});

test("a balance that does not follow from the row before is found, across parts too", () => {
  const state = stateOf([[aRow(100, 10)], [aRow(90, 10), aRow(95, 10)]]);
  expect(state.oldestFirst).toEqual({ breaks: 1, first: [{ line: 3, expected: 80, found: 95 }] });
});
