import { describe, expect, test } from "vitest";
import { playSeeds } from "@/tests/simulation/play-seeds";
import { hasRedisServer, onRedis } from "@/tests/support/redis";

const FAR = { timeout: 120_000 };

describe("a simulated deployment keeps every promise, whatever goes wrong", () => {
  test("over the model", FAR, async () => {
    const { seeds, failures } = await playSeeds({ from: 1, seeds: 200, store: "model" });
    expect(failures).toEqual([]);
    expect(seeds).toBe(200);
  });

  test("over SQLite", FAR, async () => {
    expect(await playSeeds({ from: 1_001, seeds: 20, store: "sqlite" })).toMatchObject({ seeds: 20, failures: [] });
  });

  test.skipIf(!hasRedisServer)(onRedis("over Redis"), FAR, async () => {
    expect(await playSeeds({ from: 2_001, seeds: 10, store: "redis" })).toMatchObject({ seeds: 10, failures: [] });
  });

  test("meets every kind of fault", FAR, async () => {
    const { faults } = await playSeeds({ from: 1, seeds: 150, store: "model" });
    expect(Object.keys(faults)).toEqual(
      expect.arrayContaining([
        ...["failsBefore", "failsAfter", "sentTwice", "isLate", "isSlow", "killsBefore", "killsAfter", "freezes"],
        ...["messageLost", "messageDoubled", "messageLate", "throws", "throwsFatally", "sweepMissed", "sweepDoubled"],
        ...["submit", "submitMany", "steer", "kill", "freeze", "deploy"],
      ]),
    );
  });

  test("happens again in the same way with the same seed", FAR, async () => {
    const play = () => playSeeds({ from: 7, seeds: 3, store: "model" });
    expect(await play()).toEqual(await play());
  });
});
