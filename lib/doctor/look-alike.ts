/** What a value is by its looks; null if it looks like nothing in particular. */
export type Kind = "rest-address" | "tcp-address" | "qstash-token" | "signing-key" | "blob-token" | "read-only-token";

/** Tells a value that got into another's place. Vendors' formats as they are today: good for a hint, not for a proof. */
export function kindOf(value: string): Kind | null {
  if (/^https?:\/\//i.test(value)) return "rest-address";
  if (/^(rediss?|redis-cli)\b/i.test(value)) return "tcp-address";
  if (value.startsWith("sig_")) return "signing-key";
  if (value.startsWith("vercel_blob_")) return "blob-token";
  return /^\{"UserID"/.test(Buffer.from(value, "base64").toString("utf8")) ? "qstash-token" : null;
}

const WORDS: Readonly<Record<Kind, string>> = {
  "rest-address": "an https address",
  "tcp-address": "a redis address",
  "qstash-token": "QStash's token",
  "signing-key": "a signing key of QStash",
  "blob-token": "Vercel Blob's token",
  "read-only-token": "the read-only token",
};

export const wordsFor = (kind: Kind): string => WORDS[kind];
