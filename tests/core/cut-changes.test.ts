import { describe, expect, test } from "vitest";
import { cutChanges } from "@/lib/core/cut-changes";
import type { Change } from "@/lib/core/ledger";

const put = (text: string): Change => ({ puts: [{ key: "doc", expect: 0, entry: { rev: 1, text } }] });
const small: Change = {
  puts: [{ key: "doc", expect: 1, entry: null }],
  moves: [{ set: "set", member: "m", score: 1 }],
  adds: [{ counter: "count", by: 1 }],
};

describe("cutChanges", () => {
  test("leaves together what fits, and has a list even for nothing", () => {
    expect(cutChanges([], 1_000)).toEqual([[]]);
    expect(cutChanges([small, small], 600)).toEqual([[small, small]]);
  });

  test("counts what a change moves and adds, too", () => {
    const moving: Change = { moves: [{ set: "set", member: "m", score: 1 }] };
    const adding: Change = { adds: [{ counter: "count", by: 1 }] };
    expect(cutChanges([moving, adding, {}], 150)).toEqual([[moving], [adding, {}]]);
  });

  test("takes each character of a short text for the most bytes that it can have", () => {
    const short = put("a".repeat(300));
    expect(cutChanges([short, short], 2_000)).toEqual([[short, short]]);
    expect(cutChanges([short, short], 1_999)).toEqual([[short], [short]]);
  });

  test("counts long texts where they might be too much, and leaves together what is not", () => {
    const long = put("a".repeat(2_000));
    expect(cutChanges([long, long], 4_200)).toEqual([[long, long]]);
    expect(cutChanges([long, long], 4_199)).toEqual([[long], [long]]);
  });

  test("begins another list where the next change would be too much, in their order", () => {
    const [first, second, third] = [put("a".repeat(2_000)), put("é".repeat(1_000)), small];
    expect(cutChanges([first, second, third], 2_500)).toEqual([[first], [second, third]]);
  });

  test("lets a change that is too large go alone", () => {
    const large = put("x".repeat(5_000));
    expect(cutChanges([large, small], 1_000)).toEqual([[large], [small]]);
  });
});
