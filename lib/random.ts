/** A number from 0 (inclusive) to 1 (exclusive). Injected, so that tests can repeat what chance did. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

/** 128 random bits in hex, in browsers too: `crypto.randomUUID` is missing where a page comes without https. */
export const randomToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
