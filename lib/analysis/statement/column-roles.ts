/** What a column of a statement is for. */
export const COLUMN_ROLES = [
  "date",
  "description",
  "amount",
  "withdrawal",
  "deposit",
  "direction",
  "category",
  "notes",
  "balance",
  "account",
  "currency",
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** Where each role's column stands, counted from 0. */
export type Columns = { readonly [Role in ColumnRole]?: number | undefined };

/** How banks call them, the likeliest first. Case, spaces, accents and punctuation do not matter. */
const SYNONYMS: Readonly<Record<ColumnRole, string>> = {
  date: "date, transaction date, txn date, posting date, posted, booking date, value date, buchungstag, datum, fecha, data",
  description:
    "description, details, narration, particulars, payee, merchant, name, memo, reference text, transaction details, remarks, verwendungszweck, concepto, libellé",
  amount: "amount, value, transaction amount, betrag, importe, montant",
  withdrawal:
    "withdrawal amount, withdrawal amt, withdrawal, debit, debit amount, paid out, money out, dr, outflow, soll",
  deposit: "deposit amount, deposit amt, deposit, credit, credit amount, paid in, money in, cr, inflow, haben",
  direction: "type, transaction type, dr/cr, debit/credit, cr/dr",
  category: "category, kategorie, categoría, class, tag",
  notes: "notes, note, comment, memo, notizen",
  balance: "balance, closing balance, running balance, saldo, kontostand",
  account: "account, account number, iban",
  currency: "currency, ccy, währung",
};
const IGNORED = "s.no, sno, sr no, #, no, id, row";

const wordsOf = (text: string): string[] =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}#]+/u)
    .filter((word) => word !== "");
const keyOf = (text: string): string => wordsOf(text).join("");

const split = (list: string) => list.split(", ").map((text) => ({ key: keyOf(text), words: wordsOf(text) }));
const synonyms = Object.fromEntries(COLUMN_ROLES.map((role) => [role, split(SYNONYMS[role])])) as {
  readonly [Role in ColumnRole]: ReturnType<typeof split>;
}; // `fromEntries` forgets which keys it was given
const exact = new Set([...Object.values(synonyms).flat(), ...split(IGNORED)].map(({ key }) => key));

/** Whether a header is exactly one of the known names. */
export const isKnownHeader = (header: string): boolean => exact.has(keyOf(header));

type Match = (index: number, synonym: { readonly key: string; readonly words: readonly string[] }) => boolean;

/**
 * Finds each role's column among the headers: by an exact synonym first, then by one that it contains as whole words.
 * Each column is used once, and one that is exactly another role's is never taken. `given` columns are settled already,
 * and `unused` roles get none.
 */
export function detectColumns(
  headers: readonly string[],
  given: Columns = {},
  unused: readonly ColumnRole[] = [],
): Columns {
  const roles = COLUMN_ROLES.filter((role) => !unused.includes(role));
  const keys = headers.map(keyOf);
  const words = headers.map((header) => ` ${wordsOf(header).join(" ")} `);
  const isExact: Match = (index, { key }) => keys[index] === key;
  const contains: Match = (index, synonym) =>
    !exact.has(keys[index] ?? "") && (words[index] ?? "").includes(` ${synonym.words.join(" ")} `);
  const exactly = assignPairOrAmount(given, roles, headers.length, isExact);
  return assignPairOrAmount(exactly, roles, headers.length, contains);
}

/** A column for each direction says more than an amount column beside it; one alone says less. */
function assignPairOrAmount(settled: Columns, roles: readonly ColumnRole[], width: number, matches: Match): Columns {
  if (settled.amount === undefined) {
    const pairFirst = [...roles.filter((role) => role === "withdrawal" || role === "deposit"), ...roles];
    const pair = assign(settled, pairFirst, width, matches);
    if (pair.withdrawal !== undefined && pair.deposit !== undefined) return pair;
  }
  return assign(settled, roles, width, matches);
}

function assign(settled: Columns, order: readonly ColumnRole[], width: number, matches: Match): Columns {
  const columns: { [Role in ColumnRole]?: number | undefined } = { ...settled };
  for (const role of order) {
    const isAmountSettled = role === "amount" && (columns.withdrawal !== undefined || columns.deposit !== undefined);
    const isPairSettled = (role === "withdrawal" || role === "deposit") && columns.amount !== undefined;
    if (columns[role] !== undefined || isAmountSettled || isPairSettled) continue;
    const used = new Set(Object.values(columns));
    for (const synonym of synonyms[role]) {
      const index = Array.from({ length: width }, (_, column) => column).find(
        (column) => !used.has(column) && matches(column, synonym),
      );
      if (index === undefined) continue;
      columns[role] = index;
      break;
    }
  }
  return columns;
}

/** Which of the needed columns are not there, in words. */
export function missingColumns(columns: Columns): string[] {
  const hasAmount = [columns.amount, columns.withdrawal, columns.deposit].some((index) => index !== undefined);
  return [
    ...(columns.date === undefined ? ["date"] : []),
    ...(columns.description === undefined ? ["description"] : []),
    ...(hasAmount ? [] : ["amount (or withdrawal and deposit)"]),
  ];
}
