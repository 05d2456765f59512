import type { Entry } from "@/lib/core/ledger";

/** A document is one string, its revision before the first line feed: the script reads it without decoding the text. */
export const toDocument = ({ rev, text }: Entry) => `${rev}\n${text}`;

export function fromDocument(document: string): Entry {
  const end = document.indexOf("\n");
  const rev = Number(document.slice(0, end));
  if (end < 1 || !Number.isSafeInteger(rev)) throw new Error("a document in Redis does not begin with its revision");
  return { rev, text: document.slice(end + 1) };
}
