import type { Entry } from "@/lib/core/ledger";

/** A document is one string, its revision before the first line feed: the script reads it without decoding the text. */
export const toDocument = ({ rev, text }: Entry) => `${rev}\n${text}`;

/** What does not begin with a revision has 0, for the script too: whose it is finds it damaged, and may replace it. */
export function fromDocument(document: string): Entry {
  const end = document.indexOf("\n");
  const rev = Number(document.slice(0, end));
  if (end < 1 || !Number.isSafeInteger(rev)) return { rev: 0, text: document };
  return { rev, text: document.slice(end + 1) };
}
