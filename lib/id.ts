import { randomBytes } from "node:crypto";

/** Crockford's base 32: no letters that look alike, and the digits sort before the letters. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export type Ids = ReturnType<typeof createIds>;

/**
 * Makes ids that sort by the time they were made and cannot be guessed:
 * ten characters of time (milliseconds), then 80 random bits.
 */
export function createIds(clock: () => number, bytes: (size: number) => Uint8Array = randomBytes) {
  return function id<const Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
    let time = "";
    for (let rest = clock(); time.length < 10; rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
    const chance = Array.from(bytes(16), (byte) => ALPHABET[byte % 32]).join("");
    return `${prefix}_${time}${chance}`;
  };
}
