import { expect, test } from "vitest";
import { isQuestion, StoreUnavailableError } from "@/lib/core/ledger";

test("a put that leaves its document as it expects it only asks", () => {
  const entry = (rev: number) => ({ rev, text: "" });
  const puts = [
    { key: "k", expect: 0, entry: null },
    { key: "k", expect: 4, entry: entry(4) },
    { key: "k", expect: 4, entry: null },
    { key: "k", expect: 4, entry: entry(5) },
    { key: "k", expect: 0, entry: entry(0) }, // a document of revision 0 passes for none, and is written
    { key: "k", expect: { below: 4 }, entry: entry(4) },
  ];
  expect(puts.map(isQuestion)).toEqual([true, true, false, false, false, false]);
});

test("a store that serves nobody says whether that is for want of room", () => {
  expect(new StoreUnavailableError("it is locked").isFull).toBe(false);
  expect(new StoreUnavailableError("the disk is full", { isFull: true }).isFull).toBe(true);
});
