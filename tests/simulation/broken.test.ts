import { describe, expect, test } from "vitest";
import { BREAKAGES, type BreakageName } from "@/tests/simulation/broken";
import { runSeed } from "@/tests/simulation/run-seed";
import { STORES } from "@/tests/simulation/stores";

const MAX_SEEDS = 1_000;

/** The first seed whose promises break, and the first that breaks. */
async function firstFound(name: BreakageName) {
  const store = await STORES.model();
  for (let seed = 1; seed <= MAX_SEEDS; seed += 1) {
    const luck = { seed, muted: new Set<string>() };
    const { broken } = await runSeed({ luck, openLedger: await store.open(), breakage: BREAKAGES[name] });
    if (broken !== null) return { seed, broken };
  }
  return null;
}

/** What each way of building it wrongly is found by. */
const FOUND_BY: Readonly<Record<BreakageName, RegExp>> = {
  fencing: /./,
  "commit-order": /./,
  dedupe: /./,
  unique: /./,
  rescue: /./,
  "no-rescue": /./,
  outbox: /./,
  "child-counts": /./,
  rates: /may begin$/,
  "time-limit": /is kept alive beyond its time/,
  keeping: /are kept, and \d may be$/,
  ticks: /for no instant/,
  "no-ticks": /has not fired/,
  unannounced: /has not heard of/,
  "message-id": /tells of no end/,
  orphans: /was given up, and its child/,
};

describe("the simulation finds what is built wrongly on purpose", () => {
  test.each(Object.entries(FOUND_BY))("%s", { timeout: 240_000 }, async (name, sentence) => {
    expect(await firstFound(name as BreakageName)).toEqual({
      seed: expect.any(Number),
      broken: expect.stringMatching(sentence),
    });
  });
});
