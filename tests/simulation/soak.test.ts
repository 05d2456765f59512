import { describe, expect, test } from "vitest";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { ACTIONS } from "@/tests/simulation/actions";
import { planSweeps, SWEEP_MS } from "@/tests/simulation/plan";
import { createWorld } from "@/tests/simulation/world";
import { HOUR_MS } from "@/tests/support/builders";

/** How long what is remembered of requests outlasts the jobs. */
const REST_MS = 26 * HOUR_MS;

/** A deployment on SQLite to which nothing bad happens, for as long as a test likes. */
function setUp() {
  const database = openDatabase(":memory:");
  const openLedger = (clock: () => number) => createSqliteLedger({ database, clock });
  const world = createWorld({ luck: { seed: 1, muted: new Set() }, openLedger });
  const { timeline, fates, audit, files } = world;
  let submissions = 0;
  fates.end();
  planSweeps(world, () => SWEEP_MS);

  const count = (what: string) => Number(database.prepare(`SELECT count(*) AS rows FROM ${what}`).get()?.rows);

  return {
    jobs: () => world.mirror.jobs().length,

    /** Jobs come every five minutes, single and in batches. */
    submitFor(ms: number): void {
      for (let at = 0; at < ms; at += 5 * 60_000) {
        const name = `soak-${++submissions}`;
        const { act } = ACTIONS[submissions % 4 === 0 ? "submitMany" : "submit"];
        timeline.after(at, null, () => void act(world, name, fates.chance(name)));
      }
    },

    async pass(ms: number): Promise<void> {
      const end = timeline.now() + ms;
      while (timeline.now() < end && audit.found.length === 0) await timeline.step();
      expect(audit.found).toEqual([]);
    },

    /** What the store holds by now. */
    held: () => ({
      documents: count("documents"),
      members: count("members"),
      counters: count(`counters WHERE name NOT LIKE 'running:%' AND name NOT LIKE 'behind:%'`), // one of a queue each
      files: files.size,
    }),
    submissions: () => submissions,
  };
}

describe("a deployment that runs for days", () => {
  test("holds no more after the third than after the first", { timeout: 120_000 }, async () => {
    const soak = setUp();
    const held = [];
    for (let day = 0; day < 3; day += 1) {
      soak.submitFor(5 * HOUR_MS);
      await soak.pass(3 * HOUR_MS);
      expect(soak.jobs()).toBeGreaterThan(5);
      await soak.pass(2 * HOUR_MS + REST_MS);
      expect(soak.jobs()).toBe(0);
      held.push(soak.held());
    }
    expect(soak.submissions()).toBe(180);
    expect(held[2]).toEqual(held[0]);
    expect(held[2]).toMatchObject({ members: 0, files: 0 });
  });
});
