import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Change, Ledger, Range } from "@/lib/core/ledger";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { NOW } from "@/tests/support/builders";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";

const few = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 });
const name = fc.constantFrom("a", "b", "ä:1");
const score = fc.constantFrom(-1, 0, 0.5, 2, NOW);
const text = fc.constantFrom("", "1", "\n", '{"a":[]}', "🧀");

const put = fc.record({
  key: name,
  expect: fc.oneof(fc.nat(3), fc.record({ below: fc.nat(4) })),
  entry: fc.option(fc.record({ rev: fc.nat(3), text })),
  // None whose time is over when it comes: Redis hides it only once the whole step is written.
  expiresAt: fc.constantFrom(undefined, NOW),
});
const change: fc.Arbitrary<Change> = fc.record(
  {
    puts: few(put),
    moves: few(fc.record({ set: name, member: fc.constantFrom("m", "n", "🧀"), score: fc.option(score) })),
    adds: few(fc.record({ counter: name, by: fc.integer({ min: -2, max: 2 }), max: fc.constantFrom(undefined, 0, 2) })),
  },
  { requiredKeys: [] },
);
const range: fc.Arbitrary<Range> = fc.record(
  { set: name, max: score, offset: fc.nat(2), limit: fc.nat(4), reverse: fc.boolean() },
  { requiredKeys: ["set", "limit"] },
);
const steps = fc.array(fc.record({ changes: few(change), range: fc.option(range) }), { minLength: 1, maxLength: 12 });

type Step = { readonly changes: readonly Change[]; readonly range: Range | null };
const NAMES = ["a", "b", "ä:1"];

async function answersOf(ledger: Ledger, sequence: readonly Step[]) {
  const answers: unknown[] = [];
  for (const { changes, range } of sequence) {
    answers.push(await (range ? ledger.applyAndRange(changes, range) : ledger.apply(changes)));
    answers.push(await ledger.read(NAMES), await ledger.counters(NAMES), await ledger.sizes(NAMES));
    for (const set of NAMES) answers.push(await ledger.range({ set, limit: 9 }));
  }
  return answers;
}

describe.skipIf(!hasRedisServer)(onRedis("whatever the changes"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test.each([1_000_000, 200])(
    "Redis answers like the model, in requests of %i bytes",
    async (maxRequestBytes) => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          await server.flush();
          const ledger = createRedisLedger({ redis: server.redis, maxRequestBytes });
          const expected = await answersOf(createMemoryLedger({ clock: () => NOW / 2 }), sequence);
          expect(await answersOf(ledger, sequence)).toEqual(expected);
        }),
        { numRuns: 100 },
      );
    },
    60_000,
  );
});
