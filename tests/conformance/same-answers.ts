import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ledger } from "@/lib/core/ledger";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { changes, range } from "@/tests/support/any-change";
import { anOperation, createPlayer } from "@/tests/support/any-operation";
import { NOW } from "@/tests/support/builders";
import { createForgetfulLedger } from "@/tests/support/forgetful-ledger";
import { brokenHistory, brokenPromises } from "@/tests/support/promises";

/** What is documented to last longer than these tests pass on time never expires in them: every ledger agrees on that. */
const clock = () => NOW;

/**
 * Random sequences of operations give the same answers over the memory ledger, which specifies them, and over
 * this one, and break no promise. `setup` answers a fresh, empty ledger, as often as it is asked.
 */
export function describeSameAnswers(name: string, setup: () => Promise<Ledger>, { numRuns = 100 } = {}) {
  describe(`${name}, beside the memory ledger`, () => {
    test("answers random changes and reads alike", { timeout: 120_000 }, async () => {
      const step = fc.record({ changes, range });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
          const model = createMemoryLedger({ clock });
          const ledger = await setup();
          for (const { changes, range } of steps) {
            const [expected, actual] = [
              await model.applyAndRange(changes, range),
              await ledger.applyAndRange(changes, range),
            ];
            expect(actual).toEqual(expected);
            expect(await everythingIn(ledger)).toEqual(await everythingIn(model));
          }
        }),
        { numRuns },
      );
    });

    test("answers random operations on jobs alike, and keeps every promise", { timeout: 240_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anOperation, { minLength: 1, maxLength: 80, size: "max" }), async (operations) => {
          let isLosing = false;
          const forgetful = (ledger: Ledger) => createForgetfulLedger(ledger, () => isLosing);
          const ledger = await setup();
          const model = createMemoryLedger({ clock });
          const [player, expected] = [createPlayer(forgetful(ledger)), createPlayer(forgetful(model))];
          let before = await expected.jobs();
          for (const operation of operations) {
            isLosing = operation.isLost;
            expect(await player.play(operation)).toEqual(await expected.play(operation));
            isLosing = false;
            expect(await brokenPromises(model, expected)).toEqual([]);
            const after = await expected.jobs();
            const verb = operation.call.kind === "control" ? operation.call.verb : null;
            expect(brokenHistory(before, after, verb)).toEqual([]);
            before = after;
          }
          expect(await player.jobs()).toEqual(await expected.jobs());
          expect(await brokenPromises(ledger, player)).toEqual([]);
        }),
        { numRuns },
      );
    });
  });
}

async function everythingIn(ledger: Ledger) {
  const names = ["a", "b", "ä:"];
  return {
    documents: await ledger.read(names),
    sets: await Promise.all(names.map((set) => ledger.range({ set, limit: 100 }))),
    sizes: await ledger.sizes(names),
    counters: await ledger.counters(names),
  };
}
