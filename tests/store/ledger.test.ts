import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Ledger, StoreUnavailableError } from "@/lib/core/ledger";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeLedger } from "@/tests/conformance/ledger";
import { NOW } from "@/tests/support/builders";

/** A clock that stands still until it is passed on. */
function aStandingClock() {
  let now = NOW;
  const pass = (ms: number) => {
    now += ms;
  };
  return { clock: () => now, now, pass };
}

describeLedger("the memory ledger", async () => {
  const { clock, ...time } = aStandingClock();
  return { ledger: createMemoryLedger({ clock }), ...time };
});

test("a document of SQLite whose time is over is at no revision: it is made anew, and not replaced", async () => {
  const { clock, now, pass } = aStandingClock();
  const ledger = createSqliteLedger({ database: openDatabase(":memory:"), clock });
  const write = (expected: number, text: string) =>
    ledger.apply([
      { puts: [{ key: "doc", expect: expected, entry: { rev: expected + 1, text }, expiresAt: now + 10 }] },
    ]);
  await write(0, "first");
  expect(await write(1, "second")).toEqual([true]);
  pass(10);
  expect(await write(2, "third")).toEqual([false]);
  expect(await write(0, "anew")).toEqual([true]);
});

describe("a file that serves nobody for now", () => {
  const aChange = (text: string) => ({ puts: [{ key: "doc", expect: 0, entry: { rev: 1, text } }] });

  test("is told from one without room, where all can be read and small things still fit", async () => {
    const database = openDatabase(":memory:");
    const ledger = createSqliteLedger({ database, clock: () => NOW });
    const { page_count: pages } = database.prepare("PRAGMA page_count").get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const refusal = await ledger.apply([aChange("x".repeat(100_000))]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreUnavailableError);
    expect(refusal).toMatchObject({ isFull: true });
    expect(await ledger.read(["doc"])).toEqual([null]);
    expect(await ledger.apply([aChange("x")])).toEqual([true]);
  });

  test("is one that may not be written, and no mistake of ours", async () => {
    const database = openDatabase(":memory:");
    const ledger = createSqliteLedger({ database, clock: () => NOW });
    database.exec("PRAGMA query_only = 1");
    await expect(ledger.apply([aChange("x")])).rejects.toMatchObject({ name: "StoreUnavailableError", isFull: false });
    database.exec("PRAGMA query_only = 0; DROP TABLE documents");
    await expect(ledger.read(["doc"])).rejects.not.toBeInstanceOf(StoreUnavailableError);
  });
});

describe("sizes in one file", () => {
  const aMove = (member: string, score: number | null = 1) => ({ set: "line", member, score });
  const over = (database: ReturnType<typeof openDatabase>) => createSqliteLedger({ database, clock: () => NOW });

  test("are the same for all who have it open, whoever asked first", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "longhaul-sizes-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const databases = [1, 2].map(() => openDatabase(path.join(folder, "a.sqlite")));
    onTestFinished(() => databases.forEach((database) => void database.close()));
    const [one, two] = databases.map(over) as [Ledger, Ledger];
    await one.apply([{ moves: [aMove("a"), aMove("b")] }]);
    expect(await two.sizes(["line"])).toEqual([2]);
    await one.apply([{ moves: [aMove("c"), aMove("a", null), aMove("d")] }]);
    await two.apply([{ moves: [aMove("b", null)] }]);
    expect([await one.sizes(["line"]), await two.sizes(["line"])]).toEqual([[2], [2]]);
  });

  test("are counted anew by whoever opens it, for an older version may have written to it", async () => {
    const database = openDatabase(":memory:");
    const before = over(database);
    await before.apply([{ moves: [aMove("a")] }]);
    await before.sizes(["line"]);
    database.exec("INSERT INTO members (name, member, score) VALUES ('line', 'b', 1)");
    expect(await over(database).sizes(["line"])).toEqual([2]);
  });

  test("are not changed by a write that broke off", async () => {
    const database = openDatabase(":memory:");
    const ledger = over(database);
    expect(await ledger.sizes(["line"])).toEqual([0]);
    const broken = { moves: [aMove("a"), { set: "line", member: "b", score: Number.NaN }] };
    await expect(ledger.apply([broken])).rejects.toThrow();
    await ledger.apply([{ moves: [aMove("c")] }]);
    expect(await ledger.sizes(["line"])).toEqual([1]);
  });
});

describeLedger("the SQLite ledger", async () => {
  const { clock, ...time } = aStandingClock();
  return { ledger: createSqliteLedger({ database: openDatabase(":memory:"), clock }), ...time };
});
