import fc from "fast-check";
import type { Add, Change, Move, Put, Range } from "@/lib/core/ledger";
import { HOUR_MS, NOW } from "@/tests/support/builders";

/** Few names, so that changes meet. Sets and documents have prefixes: a database may keep both in one place. */
const name = fc.constantFrom("a", "b", "ä:");
const small = fc.integer({ min: 0, max: 4 });
const score = fc.oneof(small, fc.constantFrom(-1e13, 0.5, NOW + 1 / 1_024));

const put: fc.Arbitrary<Put> = fc.record({
  key: name,
  expect: fc.oneof(small, fc.record({ below: small })),
  entry: fc.option(fc.record({ rev: small, text: fc.oneof(fc.string(), fc.constant('{"a":[]}\n')) })),
  expiresAt: fc.constantFrom(undefined, undefined, NOW + HOUR_MS, 1),
});
const move: fc.Arbitrary<Move> = fc.record({
  set: name,
  member: fc.oneof(name, fc.constantFrom("\uffee", "🧀", "Z")),
  score: fc.option(score),
});
const add: fc.Arbitrary<Add> = fc.record({
  counter: name,
  by: fc.integer({ min: -2, max: 2 }),
  max: fc.constantFrom(undefined, 0, 1, 2),
});

const change: fc.Arbitrary<Change> = fc.record({
  puts: fc.uniqueArray(put, { maxLength: 2, selector: ({ key }) => key }),
  moves: fc.array(move, { maxLength: 3 }),
  adds: fc.array(add, { maxLength: 2 }),
  drops: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(name, { maxLength: 2 }) },
  ),
});

export const changes = fc.array(change, { maxLength: 4 });

export const range: fc.Arbitrary<Range> = fc.record({
  set: name,
  max: fc.option(score, { nil: undefined }),
  offset: fc.option(small, { nil: undefined }),
  limit: small,
  reverse: fc.option(fc.boolean(), { nil: undefined }),
});
