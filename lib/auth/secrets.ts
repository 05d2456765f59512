import { createHash, hkdfSync, timingSafeEqual } from "node:crypto";

/** Compares in constant time. A secret that is not set matches nothing, least of all an empty guess. */
export function secretMatches(given: string | null | undefined, expected: string | null | undefined): boolean {
  if (!given || !expected) return false;
  return timingSafeEqual(digest(given), digest(expected)); // digests, because lengths would tell something
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** A key of its own for each purpose, so that what is signed for one is worth nothing for another. */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  if (secret === "") throw new RangeError("Cannot derive a key from an empty secret.");
  return new Uint8Array(hkdfSync("sha256", secret, "", `longhaul:${purpose}`, 32));
}

/** What is kept of a secret to know it again. */
export const digestOf = (text: string): string => digest(text).toString("base64url");

/** What a request shows as `Authorization: Bearer …`, be it empty, as of a variable that is not set; null without it. */
export function bearerOf({ headers }: Request): string | null {
  const shown = /^Bearer(?: +(.*))?$/i.exec(headers.get("authorization") ?? "");
  return shown && (shown[1] ?? "");
}

/** Whether a request shows the secret as its bearer. */
export const hasBearer = (request: Request, secret: string | null | undefined): boolean =>
  secretMatches(bearerOf(request), secret);
