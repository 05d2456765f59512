/** Which part of a date comes first. `named`: all dates of the column spell their month, so nothing needs deciding. */
export type DateOrder = "dmy" | "mdy" | "ymd" | "named";

/** A day as people sort it, and as days since 1970. */
export type CalendarDay = { readonly date: string; readonly day: number };

const TIME = String.raw`(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?\s*(?:Z|[+-]\d{2}:?\d{2})?)?`;
const NUMERIC = new RegExp(String.raw`^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})${TIME}$`);
const NAMED = new RegExp(String.raw`^(\d{1,2})(?:-|\s+|\.\s*)([A-Za-z]{3,9})\.?(?:-|,?\s+)(\d{4}|\d{2})${TIME}$`);

const MONTHS = "january february march april may june july august september october november december".split(" ");

/** The three numbers of a numeric date, in the file's order; null for any other text. */
export function dateParts(text: string): readonly [first: string, second: string, third: string] | null {
  const [, first, , second, third] = NUMERIC.exec(text) ?? [];
  return first && second && third ? [first, second, third] : null;
}

/** Whether a date spells its month. */
export const isNamedDate = (text: string): boolean => NAMED.test(text);

/** Reads a date; null if it has another form or order, or does not exist. */
export function parseDate(text: string, order: DateOrder): CalendarDay | null {
  const parts = dateParts(text);
  if (parts) return numericDay(parts, order);
  const [, day, name, year] = NAMED.exec(text) ?? [];
  if (!day || !name || !year) return null;
  const month = monthOf(name.toLowerCase());
  return month === 0 ? null : toDay(yearOf(year), month, Number(day));
}

function numericDay([first, second, third]: readonly [string, string, string], order: DateOrder): CalendarDay | null {
  if (order === "ymd") return third.length > 2 ? null : toDay(yearOf(first), Number(second), Number(third));
  if (order === "named" || first.length > 2) return null;
  const [day, month] = order === "dmy" ? [first, second] : [second, first];
  return toDay(yearOf(third), Number(month), Number(day));
}

/** Two digits are of this century; three or one are no year. */
function yearOf(text: string): number {
  if (text.length === 4) return Number(text);
  return text.length === 2 ? 2000 + Number(text) : 0;
}

function monthOf(name: string): number {
  if (name === "sept") return 9;
  return MONTHS.findIndex((month) => month === name || month.slice(0, 3) === name) + 1;
}

function toDay(year: number, month: number, day: number): CalendarDay | null {
  if (year === 0 || month < 1 || month > 12 || day < 1) return null;
  const at = new Date(Date.UTC(year, month - 1, day));
  at.setUTCFullYear(year); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  return { date: at.toISOString().slice(0, 10), day: at.getTime() / 86_400_000 };
}
