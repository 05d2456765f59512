import { formatMinor } from "@/lib/money";

/** `signed`: one amount with a sign; `columns`: one for withdrawals, one for deposits. */
export type SampleFormat = "signed" | "columns";

interface SampleOptions {
  readonly rows: number;
  readonly seed: number;
  readonly format?: SampleFormat | undefined;
}

/** What an import of the sample must answer, added up while it was made. Amounts are in minor units. */
interface SampleAnswer {
  readonly rows: number;
  readonly imported: number;
  readonly rejected: number;
  readonly income: number;
  readonly expenses: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly months: Readonly<Record<string, { readonly income: number; readonly expenses: number }>>;
  readonly reasons: Readonly<Record<string, number>>;
}

type Payee = readonly [description: string, category: string, notes: string, from: number, to: number];

const EXPENSES: readonly Payee[] = [
  ["Greenfield Market", "Groceries", "Card payment 4471", 350, 14_500],
  ["Corner Coffee House", "Food & Dining", "Contactless payment", 280, 950],
  ["City Transit Authority", "Transportation", "Ticket app top-up", 240, 4_900],
  ["Northern Power and Light", "Bills & Utilities", "Direct debit 88213", 3_500, 18_000],
  ["Lakeside Pharmacy", "Health & Medical", "Card payment 4471", 400, 9_000],
  ["Atlas Books, Maps and Paper", "Shopping", "Order shipped by mail", 700, 12_000],
  ["Rent, Harbour Street 12", "Housing", "Standing order monthly", 85_000, 145_000],
  ["Odeon Film Theatre", "Entertainment", "Two tickets, row F", 900, 4_200],
];
const INCOME: readonly Payee[] = [
  ["Salary Meridian Works", "Salary", "Monthly payment", 180_000, 420_000],
  ["Interest on savings", "Interest", "Quarterly statement", 150, 9_000],
  ["Refund Atlas Books", "Refunds", "Order was returned", 700, 12_000],
];

const HEADERS: Readonly<Record<SampleFormat, string>> = {
  signed: "S.No,date,notes,description,category,amount",
  columns: "Date,Description,Withdrawal Amount,Deposit Amount,Category,Notes",
};
const DAY_MS = 86_400_000;
/** A row in this many cannot be read, and one in this many repeats the row before. */
const BAD_EVERY = 997;
const REPEATED_EVERY = 211;
const ROWS_PER_CHUNK = 2_000;

/** A made-up bank statement, the same for the same seed: its text in pieces, and then its known answer. */
export function makeStatement({ rows, seed, format = "signed" }: SampleOptions) {
  const random = createSeeded(seed);
  const months: Record<string, { income: number; expenses: number }> = {};
  const reasons: Record<string, number> = {};
  const answer = { rows: 0, imported: 0, rejected: 0, income: 0, expenses: 0 };
  const firstDay = Date.UTC(2015, 0, 1) / DAY_MS;
  const days = 3_650;
  let from: string | null = null;
  let to: string | null = null;

  function* chunks(): Generator<string, void, void> {
    let text = `${HEADERS[format]}\n`;
    let last: Made | null = null;
    for (let index = 0; index < rows; index += 1) {
      const isRepeated = last !== null && index % REPEATED_EVERY === 0;
      const made: Made = isRepeated && last ? last : make(index);
      last = made;
      text += `${index % BAD_EVERY === BAD_EVERY - 1 ? spoil(index, made) : good(index, made)}\n`;
      if (index % ROWS_PER_CHUNK === ROWS_PER_CHUNK - 1) {
        yield text;
        text = "";
      }
    }
    if (text !== "") yield text;
  }

  function make(index: number): Made {
    const day = new Date((firstDay + Math.floor((index / Math.max(rows, days)) * days)) * DAY_MS).toISOString();
    const isIncome = random() < 0.06;
    const payees = isIncome ? INCOME : EXPENSES;
    const payee = payees[Math.floor(random() * payees.length)] ?? payees[0];
    const [description, category, notes, low, high] = payee as Payee; // neither list is empty
    const minor = low + Math.floor(random() * (high - low));
    return { date: day.slice(0, 10), description, category, notes, minor, isIncome };
  }

  function good(index: number, made: Made): string {
    const { date, minor, isIncome } = made;
    const side = isIncome ? "income" : "expenses";
    const month = date.slice(0, 7);
    const sums = months[month] ?? { income: 0, expenses: 0 };
    months[month] = sums;
    sums[side] += minor;
    answer[side] += minor;
    answer.rows += 1;
    answer.imported += 1;
    from ??= date;
    to = date;
    return line(index, made, dayFirst(date), `${isIncome ? "" : "-"}${formatMinor(minor, 2)}`);
  }

  function spoil(index: number, made: Made): string {
    const amount = `${made.isIncome ? "" : "-"}${formatMinor(made.minor, 2)}`;
    const [reason, text] = (
      [
        ["date_invalid", line(index, made, "31/02/2020", amount)],
        ["amount_invalid", line(index, made, dayFirst(made.date), "12O.50")],
        ["amount_precision", line(index, made, dayFirst(made.date), `${amount}5`)],
        ["field_count", `${line(index, made, dayFirst(made.date), amount)},surplus`],
        ["description_missing", line(index, { ...made, description: "" }, dayFirst(made.date), amount)],
      ] as const
    )[Math.floor(index / BAD_EVERY) % 5] ?? ["date_missing", line(index, made, "", amount)];
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    answer.rows += 1;
    answer.rejected += 1;
    return text;
  }

  function line(index: number, { description, category, notes, isIncome }: Made, date: string, amount: string): string {
    const [text, note] = [quoted(description), quoted(notes)];
    if (format === "signed") return `${index + 1},${date},${note},${text},${category},${amount}`;
    const unsigned = amount.replace("-", "");
    return `${date},${text},${isIncome ? `,${unsigned}` : `${unsigned},`},${category},${note}`;
  }

  return {
    chunks,
    /** Known once all chunks were read. */
    answer: (): SampleAnswer => ({ ...answer, from, to, months, reasons }),
  };
}

type Made = {
  readonly date: string;
  readonly description: string;
  readonly category: string;
  readonly notes: string;
  readonly minor: number;
  readonly isIncome: boolean;
};

const dayFirst = (date: string) => `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(0, 4)}`;
const quoted = (text: string) => (text.includes(",") ? `"${text}"` : text);

/** Mulberry32: small, and the same everywhere. */
function createSeeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
