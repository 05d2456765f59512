import { describe, expect, test } from "vitest";
import { ACTIONS } from "@/tests/simulation/actions";
import { SHARES } from "@/tests/simulation/fates";
import { playSeeds } from "@/tests/simulation/play-seeds";
import { hasRedisServer, onRedis } from "@/tests/support/redis";

const FAR = { timeout: 120_000 };

describe("a simulated deployment keeps every promise, whatever goes wrong", () => {
  test("over the model, and meets every kind of fault", FAR, async () => {
    const { seeds, failures, faults } = await playSeeds({ from: 1, seeds: 150, store: "model" });
    expect(failures).toEqual([]);
    expect(seeds).toBe(150);
    expect(Object.keys(faults)).toEqual(expect.arrayContaining([...Object.keys(SHARES), ...Object.keys(ACTIONS)]));
  });

  test("over SQLite", FAR, async () => {
    expect(await playSeeds({ from: 1_001, seeds: 20, store: "sqlite" })).toMatchObject({ seeds: 20, failures: [] });
  });

  test.skipIf(!hasRedisServer)(onRedis("over Redis"), FAR, async () => {
    expect(await playSeeds({ from: 2_001, seeds: 10, store: "redis" })).toMatchObject({ seeds: 10, failures: [] });
  });

  test("happens again in the same way with the same seed", FAR, async () => {
    const play = () => playSeeds({ from: 7, seeds: 3, store: "model" });
    expect(await play()).toEqual(await play());
  });
});
