import { z } from "zod";
import { type Clock, systemClock } from "@/lib/clock";
import { cutChanges } from "@/lib/core/cut-changes";
import type { Change, Ledger, Range } from "@/lib/core/ledger";
import type { RedisClient } from "@/lib/store/redis/create-client";
import { fromDocument } from "@/lib/store/redis/document-text";
import { encodeChanges } from "@/lib/store/redis/encode-changes";
import { decodeMembers } from "@/lib/store/redis/encode-range";
import { createKeys } from "@/lib/store/redis/keys";
import { APPLY_CHANGES } from "@/lib/store/redis/scripts/apply-changes";

const Strings = z.array(z.string().nullable());
const Members = z.array(z.string());
const Applied = z.tuple([z.string().regex(/^[01]*$/)], z.string());
const Sizes = z.array(z.int());

/** A tenth of the largest request that Upstash takes. */
const MAX_REQUEST_BYTES = 1_000_000;

interface Deps {
  readonly redis: RedisClient;
  readonly prefix?: string | undefined;
  readonly maxRequestBytes?: number | undefined;
  /** The system's, for Redis goes by it too. */
  readonly clock?: Clock | undefined;
}

/**
 * The ledger in Redis: a document or counter is a string, a set a sorted set, and whatever belongs
 * together is written by one script. Documents expire by Redis' own clock.
 */
export function createRedisLedger({
  redis,
  prefix = "longhaul:",
  maxRequestBytes = MAX_REQUEST_BYTES,
  clock = systemClock,
}: Deps): Ledger {
  const keys = createKeys(prefix);

  async function run(changes: readonly Change[], range?: Range) {
    const send = async (together: boolean) => {
      const { keys: names, args } = encodeChanges(keys, changes, { now: clock(), range, together });
      return Applied.parse(await redis.eval(APPLY_CHANGES, names, args));
    };
    const first = await send(changes.length > 1);
    const isRefused = first[0] === "" && changes.length > 0;
    const [applied, ...members] = isRefused ? await send(false) : first;
    return { applied: Array.from(applied, (mark) => mark === "1"), members: decodeMembers(members) };
  }

  /** Every list but the last goes ahead; the last one brings the range, which so sees all of them. */
  async function runAll(changes: readonly Change[], range?: Range) {
    const lists = cutChanges(changes, maxRequestBytes);
    const applied: boolean[] = [];
    for (const list of lists.slice(0, -1)) applied.push(...(await run(list)).applied);
    const last = await run(lists.at(-1) ?? [], range);
    return { applied: [...applied, ...last.applied], members: last.members };
  }

  return {
    async read(names) {
      if (names.length === 0) return [];
      const documents = Strings.parse(await redis.mget<unknown[]>(names.map(keys.document)));
      return documents.map((document) => (document === null ? null : fromDocument(document)));
    },

    async apply(changes) {
      return changes.length === 0 ? [] : (await runAll(changes)).applied;
    },

    applyAndRange: (changes, range) => runAll(changes, range),

    async range({ set, max, offset = 0, limit, reverse = false }) {
      const highest = max ?? "+inf";
      const [from, to] = reverse ? ([highest, "-inf"] as const) : (["-inf", highest] as const);
      const options = { byScore: true, rev: reverse, offset, count: limit, withScores: true } as const;
      return decodeMembers(Members.parse(await redis.zrange(keys.set(set), from, to, options)));
    },

    async sizes(sets) {
      if (sets.length === 0) return [];
      const pipeline = redis.pipeline();
      for (const set of sets) pipeline.zcard(keys.set(set));
      return Sizes.parse(await pipeline.exec<number[]>());
    },

    async counters(names) {
      if (names.length === 0) return [];
      return Strings.parse(await redis.mget<unknown[]>(names.map(keys.counter))).map(Number);
    },
  };
}
