import { type DecimalMark, undress } from "@/lib/analysis/statement/amounts";

/** How many values of a column speak for each decimal mark. */
export type DecimalVotes = { point: number; comma: number };

/** Which decimal mark a value proves; null if it could be read with either. */
function decimalVote(text: string): DecimalMark | null {
  const body = undress(text)?.body ?? "";
  const point = body.lastIndexOf(".");
  const comma = body.lastIndexOf(",");
  if (point < 0 && comma < 0) return null;
  if (point >= 0 && comma >= 0) return point > comma ? "." : ",";
  const mark = point >= 0 ? "." : ",";
  const first = body.indexOf(mark);
  const last = Math.max(point, comma);
  if (first !== last) return mark === "." ? "," : "."; // repeated: it groups
  const whole = body.slice(0, last);
  const couldGroup = body.length - last - 1 === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return couldGroup ? null : mark;
}

export function countDecimal(votes: DecimalVotes, text: string): void {
  const vote = decimalVote(text);
  if (vote === ".") votes.point += 1;
  if (vote === ",") votes.comma += 1;
}

export const isDecimalKnown = ({ point, comma }: DecimalVotes): boolean => point + comma > 0;

/** The majority; null if nothing was proved. */
export function decidedDecimal({ point, comma }: DecimalVotes): DecimalMark | null {
  if (point + comma === 0) return null;
  return comma > point ? "," : ".";
}
