import { beforeEach, describe, expect, test } from "vitest";
import type { Ledger } from "@/lib/core/ledger";
import { aFaultyLedger, aScheduleBench, type Fault, HOUR_MS } from "@/tests/schedules/schedule-bench";
import { NOW } from "@/tests/support/builders";
import { createForgetfulLedger } from "@/tests/support/forgetful-ledger";

/** What an undisturbed sweep asks of the ledger to fire one schedule; none of the tests below may lack a place. */
const CALLS = 4;
const PLACES = Array.from({ length: CALLS }, (_, i) => [
  { call: i + 1, when: "before" as const },
  { call: i + 1, when: "after" as const },
]).flat();
type Place = (typeof PLACES)[number];

const isAt = (place: Place, call: number, when: Place["when"]) => call === place.call && when === place.when;

/** A sweep that is held up at a place until it is released. */
function aHold(place: Place) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const fault: Fault = async (call, when) => {
    if (!isAt(place, call, when)) return;
    reached.resolve();
    await released.promise;
  };
  return { fault, reached: reached.promise, release: () => released.resolve() };
}

/** That each instant fires once, over any ledger. Each adapter's test runs it against a fresh, empty one. */
export function describeSchedules(name: string, setup: () => Promise<Ledger>) {
  describe(`schedules over ${name}`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await setup();
    });

    /** A bench with one schedule that has just come due. */
    async function aDueOne() {
      const bench = aScheduleBench(ledger);
      const { id } = await bench.create();
      bench.pass(HOUR_MS);
      return { bench, id };
    }

    async function expectFiredOnce({ bench, id }: Awaited<ReturnType<typeof aDueOne>>) {
      expect(await bench.jobs()).toHaveLength(1);
      expect(await bench.fired(id, NOW + HOUR_MS, NOW + HOUR_MS)).toEqual([HOUR_MS]);
      expect(await bench.read(id)).toMatchObject({ lastFired: { at: NOW + HOUR_MS }, lastSkipped: null });
      expect(await bench.records.due(bench.clock(), 9)).toEqual([]);
      expect(await bench.records.due(NOW + 2 * HOUR_MS, 9)).toMatchObject([{ id }]);
    }

    test("are not disturbed, to begin with", async () => {
      const due = await aDueOne();
      const { ledger: counted, calls } = aFaultyLedger(ledger, () => {});
      await due.bench.anInstance(counted).sweep();
      expect(calls()).toBe(CALLS);
      await expectFiredOnce(due);
    });

    test("fire once, however many sweeps see them at once", async () => {
      const due = await aDueOne();
      await Promise.all(Array.from({ length: 10 }, () => due.bench.anInstance(ledger).sweep()));
      await expectFiredOnce(due);
    });

    test("fire once when every answer is lost", async () => {
      const due = await aDueOne();
      await due.bench.anInstance(createForgetfulLedger(ledger, () => true)).sweep();
      await expectFiredOnce(due);
    });

    test.each(PLACES)("fire once when the sweep is killed $when its call $call", async (place) => {
      const due = await aDueOne();
      const { ledger: mortal } = aFaultyLedger(ledger, (call, when) => {
        if (call > place.call || isAt(place, call, when)) throw new Error("killed");
      });
      await due.bench
        .anInstance(mortal)
        .sweep()
        .catch(() => undefined);
      await due.bench.sweep();
      await expectFiredOnce(due);
    });

    test.each(PLACES)("fire once when a sweep is held up $when its call $call, and goes on late", async (place) => {
      const due = await aDueOne();
      const hold = aHold(place);
      const late = due.bench.anInstance(aFaultyLedger(ledger, hold.fault).ledger).sweep();
      await Promise.race([hold.reached, late]);
      await due.bench.sweep();
      hold.release();
      await late;
      await expectFiredOnce(due);
    });

    test.each(PLACES)("keep what their owner changes while a sweep is held up $when its call $call", async (place) => {
      const { bench, id } = await aDueOne();
      const hold = aHold(place);
      const late = bench.anInstance(aFaultyLedger(ledger, hold.fault).ledger).sweep();
      await Promise.race([hold.reached, late]);
      await bench.schedules.change("ada", id, { input: { size: 2 }, overlap: "allow" });
      hold.release();
      await late;
      await bench.sweep();
      expect(await bench.read(id)).toMatchObject({
        input: { size: 2 },
        overlap: "allow",
        lastFired: { at: NOW + HOUR_MS },
      });
      expect(await bench.jobs()).toHaveLength(1);
    });

    test.each(["pause", "remove"] as const)("stay as they are after a %s while a sweep is held up", async (verb) => {
      const { bench, id } = await aDueOne();
      const hold = aHold({ call: CALLS, when: "before" });
      const late = bench.anInstance(aFaultyLedger(ledger, hold.fault).ledger).sweep();
      await Promise.race([hold.reached, late]);
      await bench.schedules[verb]("ada", id);
      hold.release();
      await late;
      const states = (await bench.schedules.list("ada", { cursor: null, limit: 9 })).schedules.map(
        ({ state }) => state,
      );
      expect(states).toEqual(verb === "pause" ? ["paused"] : []);
      bench.pass(HOUR_MS);
      await bench.sweep();
      expect(await bench.jobs()).toHaveLength(1);
    });

    test("are listed by owner, newest first, page by page", async () => {
      const bench = aScheduleBench(ledger);
      const ids: string[] = [];
      for (let i = 0; i < 3; i += 1) {
        bench.pass(1);
        ids.unshift((await bench.create()).id);
      }
      const first = await bench.schedules.list("ada", { cursor: null, limit: 2 });
      const second = await bench.schedules.list("ada", { cursor: first.cursor, limit: 2 });
      expect([...first.schedules, ...second.schedules].map(({ id }) => id)).toEqual(ids);
      expect(second.cursor).toBeNull();
      expect(await bench.schedules.list("bob", { cursor: null, limit: 2 })).toEqual({ schedules: [], cursor: null });
    });
  });
}
