import { beforeEach, describe, expect, test } from "vitest";
import type { Change, Ledger } from "@/lib/core/ledger";
import { HOUR_MS } from "@/tests/support/builders";
import { aMove, aPut, type LedgerBench } from "@/tests/support/ledger-bench";

/** Part of the suite for ledgers; `current` answers the bench of the running test. */
export function describeDocuments(current: () => LedgerBench) {
  let bench: LedgerBench;
  let ledger: Ledger;
  beforeEach(() => {
    bench = current();
    ledger = bench.ledger;
  });
  const apply = (...changes: Change[]) => ledger.apply(changes);

  describe("documents", () => {
    test("answers what was put, in the order asked for, and null where there is none", async () => {
      await apply({ puts: [aPut({ key: "a" }), aPut({ key: "b", entry: { rev: 7, text: "two" } })] });
      expect(await ledger.read(["b", "none", "a", "b"])).toEqual([
        { rev: 7, text: "two" },
        null,
        { rev: 1, text: "one" },
        { rev: 7, text: "two" },
      ]);
      expect(await ledger.read([])).toEqual([]);
    });

    test.each(["", "\n", "1\n2\n", "true", '{"a":[]}', "12", "käse 🧀", "\u0000", '"quoted" %d \\n'])(
      "keeps the text %j as it is",
      async (text) => {
        await apply({ puts: [aPut({ entry: { rev: 1, text } })] });
        expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text }]);
      },
    );

    test("keeps keys apart that differ in any character", async () => {
      const keys = ["a:b", "a::b", "A:b", "a:b ", "ä", "🧀", "a%3Ab"];
      await apply(...keys.map((key, i) => ({ puts: [aPut({ key, entry: { rev: i + 1, text: key } })] })));
      expect(await ledger.read(keys)).toEqual(keys.map((text, i) => ({ rev: i + 1, text })));
    });

    test("are replaced only by who shows their revision", async () => {
      await apply({ puts: [aPut()] });
      const next = { rev: 2, text: "two" };
      expect(await apply({ puts: [aPut({ expect: 0, entry: next })] })).toEqual([false]);
      expect(await apply({ puts: [aPut({ expect: 2, entry: next })] })).toEqual([false]);
      expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: "one" }]);
      expect(await apply({ puts: [aPut({ expect: 1, entry: next })] })).toEqual([true]);
      expect(await ledger.read(["doc"])).toEqual([next]);
    });

    test("take effect once when the same change is sent twice", async () => {
      const change = { puts: [aPut()], moves: [aMove("a", 1)], adds: [{ counter: "count", by: 1 }] };
      expect(await apply(change)).toEqual([true]);
      expect(await apply(change)).toEqual([false]);
      expect(await ledger.counters(["count"])).toEqual([1]);
    });

    test("are replaced below a number, also where there is none", async () => {
      const below = (number: number, rev: number) => ({
        puts: [aPut({ expect: { below: number }, entry: { rev, text: "" } })],
      });
      expect(await apply(below(0, 5))).toEqual([false]);
      expect(await apply(below(1, 4_102_444_815_000))).toEqual([true]);
      expect(await apply(below(4_102_444_815_000, 9))).toEqual([false]);
      expect(await apply(below(4_102_444_815_001, 0))).toEqual([true]);
      expect(await ledger.read(["doc"])).toEqual([{ rev: 0, text: "" }]);
      expect(await apply(below(Number.MAX_SAFE_INTEGER, 3))).toEqual([true]);
    });

    test("at revision 0 pass for none, and are there", async () => {
      await apply({ puts: [aPut({ entry: { rev: 0, text: "zero" } })] });
      expect(await ledger.read(["doc"])).toEqual([{ rev: 0, text: "zero" }]);
      expect(await apply({ puts: [aPut()] })).toEqual([true]);
    });

    test("are removed by who shows their revision, and may come again", async () => {
      await apply({ puts: [aPut()] });
      expect(await apply({ puts: [aPut({ expect: 2, entry: null })] })).toEqual([false]);
      expect(await apply({ puts: [aPut({ expect: 1, entry: null })] })).toEqual([true]);
      expect(await ledger.read(["doc"])).toEqual([null]);
      expect(await apply({ puts: [aPut({ expect: 0, entry: null })] })).toEqual([true]);
      expect(await apply({ puts: [aPut()] })).toEqual([true]);
    });
  });

  describe("asked for, and left as it is", () => {
    const asks = (expect: number) => aPut({ expect, entry: expect === 0 ? null : { rev: expect, text: "one" } });
    const other = (key: string) => aPut({ key });

    test("lets the changes through that ask for what is there, however many do", async () => {
      expect(await apply({ puts: [asks(0), other("a")] }, { puts: [other("b"), asks(0)] })).toEqual([true, true]);
      await apply({ puts: [aPut()] });
      expect(await apply({ puts: [asks(1), other("c")] }, { puts: [other("d"), asks(1)] })).toEqual([true, true]);
      expect(await ledger.read(["doc", "a", "b", "c", "d"])).toEqual(Array(5).fill({ rev: 1, text: "one" }));
    });

    test("refuses those that ask for something else, and only those", async () => {
      await apply({ puts: [aPut()] });
      const changes = [
        { puts: [asks(0), other("a")] },
        { puts: [asks(1), other("b")] },
        { puts: [asks(2), other("c")] },
      ];
      expect(await apply(...changes)).toEqual([false, true, false]);
      expect(await ledger.read(["a", "b", "c"])).toEqual([null, { rev: 1, text: "one" }, null]);
    });

    test("sees what an earlier change of the call has written", async () => {
      const changes = [{ puts: [asks(0), other("a")] }, { puts: [aPut()] }, { puts: [asks(0), other("b")] }];
      expect(await apply(...changes)).toEqual([true, true, false]);
      expect(
        await apply({ puts: [asks(1)] }, { puts: [aPut({ expect: 1, entry: null })] }, { puts: [asks(1)] }),
      ).toEqual([true, true, false]);
    });

    test("keeps the time that it had", async ({ skip }) => {
      const { pass } = bench;
      if (!pass) return skip("this ledger goes by the system's time");
      await apply({ puts: [aPut({ expiresAt: bench.now + HOUR_MS })] });
      expect(await apply({ puts: [asks(1), other("a")] })).toEqual([true]);
      pass(HOUR_MS);
      expect(await ledger.read(["doc"])).toEqual([null]);
    });
  });

  describe("expiry", () => {
    test("hides a document whose time was over when it came", async () => {
      expect(await apply({ puts: [aPut({ expiresAt: bench.now - HOUR_MS })] })).toEqual([true]);
      expect(await ledger.read(["doc"])).toEqual([null]);
      expect(await apply({ puts: [aPut()] })).toEqual([true]);
    });

    test("hides it from the guards of a change of several documents too, also behind many that are over", async () => {
      const over = Array.from({ length: 50 }, (_, i) => aPut({ key: `over:${i}`, expiresAt: bench.now - 2 * HOUR_MS }));
      await apply({ puts: over });
      await apply({ puts: [aPut({ expiresAt: bench.now - HOUR_MS })] });
      expect(await apply({ puts: [aPut({ expect: 1 }), aPut({ key: "other" })] })).toEqual([false]);
      expect(await apply({ puts: [aPut(), aPut({ key: "other" })] })).toEqual([true]);
    });

    test("lets a document be until its time", async () => {
      await apply({ puts: [aPut({ expiresAt: bench.now + HOUR_MS })] });
      expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: "one" }]);
      expect(await apply({ puts: [aPut()] })).toEqual([false]);
    });

    test("hides a document from its time on, from readers and guards alike", async ({ skip }) => {
      const { pass } = bench;
      if (!pass) return skip("this ledger goes by the system's time");
      await apply({ puts: [aPut({ expiresAt: bench.now + HOUR_MS })] });
      pass(HOUR_MS - 1);
      expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: "one" }]);
      pass(1);
      expect(await ledger.read(["doc"])).toEqual([null]);
      expect(await apply({ puts: [aPut({ expect: 1 })] })).toEqual([false]);
      expect(await apply({ puts: [aPut({ expect: 0 })] })).toEqual([true]);
      expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: "one" }]);
    });

    test("is taken off by a document that stays", async ({ skip }) => {
      const { pass } = bench;
      if (!pass) return skip("this ledger goes by the system's time");
      await apply({ puts: [aPut({ expiresAt: bench.now + HOUR_MS })] });
      await apply({ puts: [aPut({ expect: 1, entry: { rev: 2, text: "two" } })] });
      pass(2 * HOUR_MS);
      expect(await ledger.read(["doc"])).toEqual([{ rev: 2, text: "two" }]);
    });
  });
}
