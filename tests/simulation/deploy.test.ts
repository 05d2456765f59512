import { describe, expect, test, vi } from "vitest";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { ACTIONS } from "@/tests/simulation/actions";
import { createWorld } from "@/tests/simulation/world";

/** The longest that an instance is left after it was asked to end. */
const PATIENCE_MS = 20_000;

/** Instances that a deploy has asked to end and that stand for good. */
async function leftBy(seed: number): Promise<string[]> {
  const luck = { seed, muted: new Set<string>() };
  const world = createWorld({ luck, openLedger: (clock) => createMemoryLedger({ clock }) });
  const asked = world.instances().map((instance) => ({ ...instance, shutDown: vi.spyOn(instance, "shutDown") }));
  await ACTIONS.deploy.act(world, "deploy-0", world.fates.chance("deploy-0"));
  const end = world.timeline.now() + PATIENCE_MS;
  world.timeline.after(PATIENCE_MS + 1, null, () => undefined);
  while (world.timeline.now() <= end) await world.timeline.step();
  return asked.flatMap(({ shutDown, life }) => (shutDown.mock.calls.length > 0 && !life.isDead ? life.name : []));
}

describe("a simulated deploy", () => {
  test("ends whom it asks to end: one that begins no job any more would answer kicks for ever", async () => {
    const left = await Promise.all(Array.from({ length: 50 }, (_, seed) => leftBy(seed)));
    expect(left.flat()).toEqual([]);
  });
});
