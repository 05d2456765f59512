import { describe, expect, test } from "vitest";
import { CALL_FAULTS, type Luck } from "@/tests/simulation/fates";
import { runSeed } from "@/tests/simulation/run-seed";
import { planScript, SCRIPTS } from "@/tests/simulation/scripts";
import { STORES } from "@/tests/simulation/stores";

const store = await STORES.model();

/** Plays a script in which one call at the most goes wrong. */
async function play(name: string, strike: NonNullable<Luck["strike"]>) {
  const luck = { seed: 1, muted: new Set<string>(), strike };
  return runSeed({ luck, openLedger: await store.open() }, planScript(SCRIPTS[name] ?? []));
}

const undisturbed = await Promise.all(
  Object.keys(SCRIPTS).map(async (name) => ({ name, ...(await play(name, { call: 0, fault: "failsBefore" })) })),
);
const size = undisturbed.reduce((sum, { calls }) => sum + calls, 0);

describe(`each of ${size} calls of every verb, gone wrong in each of ${CALL_FAULTS.length} ways`, () => {
  test.each(undisturbed)(
    "keeps every promise: $name, $calls calls",
    { timeout: 240_000 },
    async ({ name, broken, calls }) => {
      expect(broken).toBeNull();
      expect(calls).toBeGreaterThan(10);
      const failures: string[] = [];
      for (let call = 1; call <= calls; call += 1) {
        for (const fault of CALL_FAULTS) {
          const run = await play(name, { call, fault });
          if (run.broken !== null) failures.push(`${run.happened}: ${run.broken}`);
        }
      }
      expect(failures).toEqual([]);
    },
  );
});
