import { createHash, randomFillSync } from "node:crypto";

/** Crockford's base 32: no letters that look alike, and the digits sort before the letters. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export type Ids = ReturnType<typeof createIds>;

/**
 * Makes ids that sort by the time they were made and cannot be guessed:
 * ten characters of time (milliseconds), then 80 random bits.
 */
export function createIds(clock: () => number, bytes: (size: number) => Uint8Array = chanceBytes()) {
  return function id<const Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
    return assemble(prefix, clock(), bytes(16));
  };
}

/** Random bytes, each given out once. They come many at a time, because asking costs more than they do. */
function chanceBytes() {
  const pool = new Uint8Array(4_096);
  let at = pool.length;
  return (size: number): Uint8Array => {
    if (at + size > pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += size;
    return pool.subarray(at - size, at);
  };
}

/**
 * An id that follows from what it is made of: whoever makes it again, anywhere, gets the same. It sorts by `at`,
 * and cannot be guessed by who does not know all of `parts`.
 */
export function derivedId<const Prefix extends string>(
  prefix: Prefix,
  at: number,
  parts: readonly string[],
): `${Prefix}_${string}` {
  const digest = createHash("sha256").update(JSON.stringify([at, ...parts]));
  return assemble(prefix, at, digest.digest().subarray(0, 16));
}

function assemble<const Prefix extends string>(prefix: Prefix, at: number, bytes: Uint8Array): `${Prefix}_${string}` {
  let time = "";
  for (let rest = at; time.length < 10; rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  const tail = Array.from(bytes, (byte) => ALPHABET[byte % 32]).join("");
  return `${prefix}_${time}${tail}`;
}
