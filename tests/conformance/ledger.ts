import { beforeEach, describe, expect, test } from "vitest";
import type { Change, Ledger } from "@/lib/core/ledger";
import { describeDocuments } from "@/tests/conformance/ledger/documents";
import { aMove, aPut, type LedgerBench } from "@/tests/support/ledger-bench";

/** What every `Ledger` must do. Each adapter's test runs it against a fresh, empty one. */
export function describeLedger(name: string, setup: () => Promise<LedgerBench>) {
  describe(`${name} as a Ledger`, () => {
    let bench: LedgerBench;
    let ledger: Ledger;
    beforeEach(async () => {
      bench = await setup();
      ledger = bench.ledger;
    });
    const apply = (...changes: Change[]) => ledger.apply(changes);
    const membersOf = async (set: string) => (await ledger.range({ set, limit: 1_000 })).map(({ member }) => member);

    describeDocuments(() => bench);

    describe("sets", () => {
      test("hold members by score, ties by code point", async () => {
        const members = ["b", "a", "Z", "🧀", "\uffee", "é", "aa", "0"];
        await apply({ moves: [...members.map((member) => aMove(member, 5)), aMove("last", 6), aMove("first", -1e13)] });
        expect(await membersOf("line")).toEqual(["first", "0", "Z", "a", "aa", "b", "é", "\uffee", "🧀", "last"]);
      });

      test("keep scores exactly, fractions of a millisecond too", async () => {
        const scores = [-8_300_000_000_000, 0, 0.5, 1_763_000_000_000.5, 4_102_444_800_000 + 1 / 1_024];
        await apply({ moves: scores.map((score, i) => aMove(`m${i}`, score)) });
        expect(await ledger.range({ set: "line", limit: 9 })).toEqual(
          scores.map((score, i) => ({ member: `m${i}`, score })),
        );
      });

      test("answer a page from either end, and only up to a score", async () => {
        await apply({ moves: [1, 2, 2, 3, 4].map((score, i) => aMove(`m${i}`, score)) });
        const page = async (range: object) =>
          (await ledger.range({ set: "line", limit: 10, ...range })).map(({ member }) => member);
        expect(await page({ limit: 2 })).toEqual(["m0", "m1"]);
        expect(await page({ offset: 2, limit: 2 })).toEqual(["m2", "m3"]);
        expect(await page({ max: 2 })).toEqual(["m0", "m1", "m2"]);
        expect(await page({ max: 1.5 })).toEqual(["m0"]);
        expect(await page({ max: 0 })).toEqual([]);
        expect(await page({ reverse: true, limit: 2 })).toEqual(["m4", "m3"]);
        expect(await page({ reverse: true, max: 2 })).toEqual(["m2", "m1", "m0"]);
        expect(await page({ reverse: true, max: 2, offset: 1, limit: 1 })).toEqual(["m1"]);
        expect(await page({ offset: 9 })).toEqual([]);
        expect(await page({ limit: 0 })).toEqual([]);
        expect(await ledger.range({ set: "none", limit: 10 })).toEqual([]);
      });

      test("hold a member once, where it was moved last", async () => {
        await apply({ moves: [aMove("a", 3), aMove("b", 2)] }, { moves: [aMove("a", 1)] });
        expect(await ledger.range({ set: "line", limit: 9 })).toEqual([
          { member: "a", score: 1 },
          { member: "b", score: 2 },
        ]);
        await apply({ moves: [aMove("a", 9), aMove("a", null), aMove("b", null), aMove("b", 4)] });
        expect(await ledger.range({ set: "line", limit: 9 })).toEqual([{ member: "b", score: 4 }]);
      });

      test("are counted, and gone when they are empty", async () => {
        await apply({ moves: [aMove("a", 1), aMove("b", 1), aMove("a", 1, "other")] });
        expect(await ledger.sizes(["other", "none", "line"])).toEqual([1, 0, 2]);
        await apply({ moves: [aMove("a", null), aMove("b", null), aMove("c", null)] });
        expect(await ledger.sizes(["line"])).toEqual([0]);
        expect(await ledger.sizes([])).toEqual([]);
      });

      test("are counted as they come and go, also once they were asked for", async () => {
        const size = async () => (await ledger.sizes(["line"]))[0];
        expect(await size()).toBe(0);
        await apply({ moves: [aMove("a", 1), aMove("b", 1)] }, { moves: [aMove("a", 2), aMove("c", 1)] });
        expect(await size()).toBe(3);
        await apply({ moves: [aMove("a", null), aMove("none", null), aMove("b", 5), aMove("d", 1), aMove("d", null)] });
        expect(await size()).toBe(2);
        await apply({ puts: [{ key: "k", expect: 1, entry: null }], moves: [aMove("e", 1)] }); // refused
        expect(await size()).toBe(2);
        await ledger.applyAndRange([{ moves: [aMove("e", 1)] }], { set: "line", limit: 1 });
        expect(await size()).toBe(3);
      });
    });

    describe("counters", () => {
      test("add up, below zero too, and are 0 at first", async () => {
        await apply({ adds: [{ counter: "a", by: 2 }] }, { adds: [{ counter: "b", by: -1 }] });
        await apply({ adds: [{ counter: "a", by: 3 }] });
        expect(await ledger.counters(["b", "none", "a"])).toEqual([-1, 0, 5]);
        expect(await ledger.counters([])).toEqual([]);
      });

      test("never come to exceed their maximum", async () => {
        const take = { adds: [{ counter: "slots", by: 1, max: 2 }] };
        expect(await apply(take, take, take)).toEqual([true, true, false]);
        expect(await apply({ adds: [{ counter: "slots", by: -1 }] }, take, take)).toEqual([true, true, false]);
        expect(await ledger.counters(["slots"])).toEqual([2]);
      });

      test("are asked for all that one change adds", async () => {
        const twice = { counter: "slots", by: 1, max: 1 };
        expect(await apply({ adds: [twice, twice] })).toEqual([false]);
        expect(await ledger.counters(["slots"])).toEqual([0]);
      });
    });

    describe("a change", () => {
      test("happens whole or not at all", async () => {
        await apply({ puts: [aPut({ key: "taken" })] });
        const changes: Change[] = [
          { puts: [aPut({ key: "free" }), aPut({ key: "taken" })], moves: [aMove("a", 1)] },
          { puts: [aPut({ key: "free" })], moves: [aMove("b", 1)], adds: [{ counter: "slots", by: 1, max: 0 }] },
        ];
        expect(await ledger.apply(changes)).toEqual([false, false]);
        expect(await ledger.read(["free"])).toEqual([null]);
        expect(await membersOf("line")).toEqual([]);
        expect(await ledger.counters(["slots"])).toEqual([0]);
      });

      test("sees the changes before it, and not those refused", async () => {
        const put = (expect: number, rev: number) => ({ puts: [aPut({ expect, entry: { rev, text: `${rev}` } })] });
        expect(await apply(put(0, 1), put(0, 5), put(1, 2), { puts: [aPut({ expect: 2, entry: null })] })).toEqual([
          true,
          false,
          true,
          true,
        ]);
        expect(await apply(put(0, 1), put(1, 3))).toEqual([true, true]);
        expect(await ledger.read(["doc"])).toEqual([{ rev: 3, text: "3" }]);
      });

      test("may be empty, and so may the list of them", async () => {
        expect(await apply({})).toEqual([true]);
        expect(await apply()).toEqual([]);
      });

      test("gives one of many that race for a document the right to it", async () => {
        const racers = Array.from({ length: 20 }, (_, i) => apply({ puts: [aPut()], moves: [aMove(`m${i}`, i)] }));
        const won = (await Promise.all(racers)).flat();
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await membersOf("line")).toEqual([`m${won.indexOf(true)}`]);
      });
    });

    test("answers what a set holds after the changes, in one step with them", async () => {
      await apply({ moves: [aMove("a", 1), aMove("b", 2)] });
      const changes = [{ moves: [aMove("a", null), aMove("c", 3)] }, { puts: [aPut({ expect: 4 })] }];
      expect(await ledger.applyAndRange(changes, { set: "line", limit: 1 })).toEqual({
        applied: [true, false],
        members: [{ member: "b", score: 2 }],
      });
      expect(await ledger.applyAndRange([], { set: "line", limit: 9, reverse: true })).toEqual({
        applied: [],
        members: [
          { member: "c", score: 3 },
          { member: "b", score: 2 },
        ],
      });
    });

    test("takes many changes at once", async () => {
      const texts = Array.from({ length: 3_000 }, (_, i) => `${i}:${"x".repeat(300)}`);
      const changes = texts.map((text, i) => ({
        puts: [aPut({ key: `many:${i}`, entry: { rev: 1, text } })],
        moves: [aMove(`m${i}`, i, "many")],
        adds: [{ counter: "many", by: 1 }],
      }));
      const { applied, members } = await ledger.applyAndRange(changes, { set: "many", limit: 1, reverse: true });
      expect(applied).toEqual(texts.map(() => true));
      expect(members).toEqual([{ member: "m2999", score: 2_999 }]);
      expect(await ledger.counters(["many"])).toEqual([3_000]);
      expect((await ledger.read(texts.map((_, i) => `many:${i}`))).map((entry) => entry?.text)).toEqual(texts);
    });
  });
}
