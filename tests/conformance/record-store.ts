import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Ledger } from "@/lib/core/ledger";
import type { RecordStore } from "@/lib/core/record-store";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { NOW } from "@/tests/support/builders";
import { createForgetfulLedger } from "@/tests/support/forgetful-ledger";
import { aNonce } from "@/tests/support/job-bench";

const NOTE = { name: "note", schema: z.object({ text: z.string(), pages: z.int().default(1) }) };
const LETTER = { name: "letter", schema: z.object({ text: z.string() }), lists: ["unread", "starred"] };
const OTHER = { name: "other", schema: z.object({ text: z.string() }) };
const ADA = { owner: "ada", id: "n1" };

const aWrite = (write: { text?: string; rev?: number; dueAt?: number | null; now?: number } = {}) => {
  const { text = "hello", rev = 0, dueAt = null, now = NOW } = write;
  return { value: { text }, rev, dueAt, now };
};

/** What the record store must do over any ledger. Each adapter's test runs it against a fresh, empty one. */
export function describeRecordStore(name: string, setup: () => Promise<Ledger>) {
  describe(`the record store over ${name}`, () => {
    let ledger: Ledger;
    let store: RecordStore;
    beforeEach(async () => {
      ledger = await setup();
      store = createRecordStore({ ledger, nonce: aNonce() });
    });

    test("answers what was put, parsed by its kind", async () => {
      const rev = await store.put(NOTE, ADA, aWrite({ text: "käse", dueAt: NOW + 5 }));
      expect(rev).toBeGreaterThan(0);
      const record = { ...ADA, rev, value: { text: "käse", pages: 1 }, dueAt: NOW + 5 };
      expect(await store.get(NOTE, ADA)).toEqual(record);
    });

    test("has nothing of another kind, owner or id", async () => {
      await store.put(NOTE, { owner: "a:b", id: "c" }, aWrite());
      expect(await store.get(OTHER, { owner: "a:b", id: "c" })).toBeNull();
      expect(await store.get(NOTE, { owner: "a", id: "b:c" })).toBeNull();
      expect(await store.get(NOTE, { owner: "a:b", id: "d" })).toBeNull();
    });

    test("is written only by who shows the revision", async () => {
      const first = await store.put(NOTE, ADA, aWrite());
      expect(await store.put(NOTE, ADA, aWrite())).toBeNull();
      const second = await store.put(NOTE, ADA, aWrite({ rev: first ?? 0, text: "two" }));
      expect(second).toBeGreaterThan(first ?? 0);
      expect(await store.put(NOTE, ADA, aWrite({ rev: first ?? 0, text: "three" }))).toBeNull();
      expect((await store.get(NOTE, ADA))?.value.text).toBe("two");
    });

    test("lets one of many that race win, though all write the same", async () => {
      const racers = Array.from({ length: 10 }, () => store.put(NOTE, ADA, aWrite()));
      expect((await Promise.all(racers)).filter((rev) => rev !== null)).toHaveLength(1);
    });

    test("knows its own write when the answer was lost", async () => {
      const forgetful = createRecordStore({ ledger: createForgetfulLedger(ledger, () => true), nonce: aNonce() });
      const rev = await forgetful.put(NOTE, ADA, aWrite());
      expect(rev).toBe((await store.get(NOTE, ADA))?.rev);
    });

    test("is deleted only by who shows the revision", async () => {
      const rev = (await store.put(NOTE, ADA, aWrite({ dueAt: NOW }))) ?? 0;
      expect(await store.delete(NOTE, { ...ADA, rev: rev + 1 })).toBe(false);
      expect(await store.delete(NOTE, { ...ADA, rev: 0 })).toBe(false);
      expect(await store.delete(NOTE, { ...ADA, rev })).toBe(true);
      expect(await store.delete(NOTE, { ...ADA, rev })).toBe(false);
      expect(await store.get(NOTE, ADA)).toBeNull();
      expect(await store.list(NOTE, { owner: "ada", cursor: null, limit: 9 })).toEqual({ records: [], cursor: null });
      expect(await store.due(NOW, 9)).toEqual([]);
    });

    test("tells a record made anew from the one that was deleted", async () => {
      const rev = (await store.put(NOTE, ADA, aWrite())) ?? 0;
      await store.delete(NOTE, { ...ADA, rev });
      await store.put(NOTE, ADA, aWrite({ text: "new", now: NOW + 1 }));
      expect(await store.put(NOTE, ADA, aWrite({ text: "late", rev }))).toBeNull();
      expect(await store.delete(NOTE, { ...ADA, rev })).toBe(false);
    });

    test("lists an owner's records of a kind, newest first, page by page, wherever they were changed", async () => {
      for (const [i, id] of ["a", "b", "c", "d"].entries()) {
        await store.put(NOTE, { owner: "ada", id }, aWrite({ text: id, now: NOW + Math.floor(i / 2) }));
      }
      const { rev = 0 } = (await store.get(NOTE, { owner: "ada", id: "a" })) ?? {};
      await store.put(NOTE, { owner: "ada", id: "a" }, aWrite({ text: "A", rev, now: NOW + 9 }));
      await store.put(NOTE, { owner: "bob", id: "x" }, aWrite());
      await store.put(OTHER, { owner: "ada", id: "y" }, aWrite());

      const texts: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof store.list<typeof NOTE.schema>>> = await store.list(NOTE, {
          owner: "ada",
          cursor,
          limit: 1,
        });
        texts.push(...page.records.map(({ value }) => value.text));
        cursor = page.cursor;
      } while (cursor !== null);
      expect(texts).toEqual(["d", "c", "b", "A"]);
    });

    test("writes and reads several at once, each whole or not at all", async () => {
      const first = await store.put(NOTE, ADA, aWrite());
      const writes = ["n1", "n2", "n3"].map((id) => ({ owner: "ada", id, ...aWrite({ text: id }) }));
      const revs = await store.putAll(NOTE, [...writes, { owner: "bob", id: "n1", ...aWrite({ text: "bob's" }) }]);
      expect(revs).toEqual([null, expect.any(Number), expect.any(Number), expect.any(Number)]);
      const places = [{ owner: "bob", id: "n1" }, ADA, { owner: "ada", id: "nothing" }, { owner: "ada", id: "n3" }];
      const found = await store.getAll(NOTE, places);
      expect(found.map((record) => record?.value.text ?? null)).toEqual(["bob's", "hello", null, "n3"]);
      expect(found[1]?.rev).toBe(first);
      expect([await store.putAll(NOTE, []), await store.getAll(NOTE, [])]).toEqual([[], []]);
    });

    test("knows its own writes among several when the answer was lost", async () => {
      await store.put(NOTE, ADA, aWrite());
      const forgetful = createRecordStore({ ledger: createForgetfulLedger(ledger, () => true), nonce: () => "mine" });
      const writes = ["n1", "n2"].map((id) => ({ owner: "ada", id, ...aWrite() }));
      expect(await forgetful.putAll(NOTE, writes)).toEqual([null, expect.any(Number)]);
    });

    test("keeps further lists of a kind, which a record enters and leaves with its own writes", async () => {
      const inList = async (list: string) => {
        const { records } = await store.list(LETTER, { owner: "ada", list, cursor: null, limit: 9 });
        expect(await store.count(LETTER, { owner: "ada", list })).toBe(records.length);
        return records.map(({ id }) => id);
      };
      const revs = await store.putAll(
        LETTER,
        ["a", "b", "c"].map((id, i) => ({ owner: "ada", id, ...aWrite({ now: NOW + i }), lists: ["unread"] })),
      );
      await store.put(LETTER, { owner: "bob", id: "d" }, { ...aWrite(), lists: ["unread"] });
      expect([await inList("unread"), await inList("starred")]).toEqual([["c", "b", "a"], []]);

      const [a = null, b = null, c = null] = revs;
      await store.put(LETTER, { owner: "ada", id: "a" }, { ...aWrite({ rev: a ?? 0 }), lists: ["starred"] });
      await store.put(LETTER, { owner: "ada", id: "b" }, aWrite({ rev: b ?? 0 }));
      await store.put(LETTER, { owner: "ada", id: "b" }, { ...aWrite({ rev: b ?? 0 }), lists: ["unread"] }); // too late
      expect([await inList("unread"), await inList("starred")]).toEqual([["c"], ["a"]]);
      await store.delete(LETTER, { owner: "ada", id: "c", rev: c ?? 0 });
      expect(await inList("unread")).toEqual([]);
      expect(await store.count(LETTER, { owner: "ada" })).toBe(2);
    });

    test("answers records whose time is over, oldest first, until they are deleted", async () => {
      const ends = { late: NOW + 30, soon: NOW + 10, never: null, next: NOW + 20 };
      for (const [id, dueAt] of Object.entries(ends)) {
        await store.put(NOTE, { owner: "a:d", id }, aWrite({ dueAt }));
      }
      expect(await store.due(NOW + 9, 9)).toEqual([]);
      const record = (id: string) => ({ kind: "note", owner: "a:d", id });
      expect(await store.due(NOW + 20, 9)).toEqual([record("soon"), record("next")]);
      expect(await store.due(NOW + 99, 1)).toEqual([record("soon")]);

      const { rev = 0 } = (await store.get(NOTE, { owner: "a:d", id: "soon" })) ?? {};
      await store.put(NOTE, { owner: "a:d", id: "soon" }, aWrite({ rev, dueAt: null }));
      expect(await store.due(NOW + 20, 9)).toEqual([record("next")]);
    });

    test("reports a record that does not parse", async () => {
      await store.put(OTHER, ADA, aWrite());
      const strict = { name: "other", schema: z.object({ pages: z.int() }) };
      await expect(store.get(strict, ADA)).rejects.toThrow("The record other n1 is damaged.");
    });
  });
}
