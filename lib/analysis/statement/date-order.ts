import { type DateOrder, dateParts, isNamedDate, parseDate } from "@/lib/analysis/statement/dates";

/** A value of the file, and where it stands. */
type DateExample = { readonly line: number; readonly text: string };

/** What a column's dates say about their order, with the first and the last of those that say nothing. */
export type DateVotes = {
  dmy: number;
  mdy: number;
  ymd: number;
  named: number;
  /** `05/05/2025` is the same day either way. */
  same: number;
  open: readonly DateExample[];
  /** The first value that proves each order. */
  proofs: readonly DateExample[];
};

export const noDateVotes = (): DateVotes => ({ dmy: 0, mdy: 0, ymd: 0, named: 0, same: 0, open: [], proofs: [] });

export function countDate(votes: DateVotes, text: string, line: number): void {
  const parts = dateParts(text);
  if (!parts) {
    if (isNamedDate(text)) votes.named += 1;
    return;
  }
  const [first, second, third] = parts;
  if (first.length > 2) {
    if (parseDate(text, "ymd")) prove("ymd");
    return;
  }
  if (third.length !== 2 && third.length !== 4) return;
  const isDmy = parseDate(text, "dmy") !== null;
  const isMdy = parseDate(text, "mdy") !== null;
  if (isDmy && isMdy) {
    if (Number(first) === Number(second)) votes.same += 1;
    else if (votes.open[0]?.text !== text) votes.open = [...votes.open.slice(0, 1), { line, text }]; // once is enough
  } else if (isDmy) prove("dmy");
  else if (isMdy) prove("mdy");

  function prove(order: "dmy" | "mdy" | "ymd"): void {
    if (votes[order] === 0) votes.proofs = [...votes.proofs, { line, text }];
    votes[order] += 1;
  }
}

/** Whether reading on could change nothing: some value has proved an order. */
export const isOrderKnown = ({ dmy, mdy, ymd }: DateVotes): boolean => dmy + mdy + ymd > 0;

/** The order of a column, by majority; null if its dates can be read in two ways, or contradict each other evenly. */
export function decidedOrder(votes: DateVotes): DateOrder | null {
  const ranked = (["dmy", "mdy", "ymd"] as const).toSorted((a, b) => votes[b] - votes[a]);
  const [best, next] = ranked;
  if (best && next && votes[best] > 0) return votes[best] > votes[next] ? best : null;
  if (votes.open.length > 0) return null;
  return votes.same > 0 ? "dmy" : "named";
}
