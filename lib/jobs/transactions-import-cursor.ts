import { z } from "zod";

export const Position = z.object({ offset: z.int(), line: z.int(), isSkipping: z.boolean() });

const Example = z.object({ line: z.int(), text: z.string() });
const DecimalVotes = z.object({ point: z.int(), comma: z.int() });
const Evidence = z.object({
  date: z.object({
    dmy: z.int(),
    mdy: z.int(),
    ymd: z.int(),
    named: z.int(),
    same: z.int(),
    open: z.array(Example).readonly(),
    proofs: z.array(Example).readonly(),
  }),
  money: z.object({ amount: DecimalVotes, withdrawal: DecimalVotes, deposit: DecimalVotes, balance: DecimalVotes }),
  currency: z.string().nullable(),
});

/** How far the file was searched for what decides how it is written, and what was found. */
export const DecideCursor = z.object({ position: Position, evidence: Evidence });

const Direction = z.object({
  breaks: z.int(),
  first: z.array(z.object({ line: z.int(), expected: z.int(), found: z.int() })).readonly(),
});
export const Balances = z.object({
  oldestFirst: Direction,
  newestFirst: Direction,
  last: z.object({ balance: z.int(), effect: z.int() }).nullable(),
});

/** How far the file was searched for places where pieces end, and those that were chosen: the parts begin there. */
export const DivideCursor = z.object({ position: Position, places: z.array(Position).readonly() });
export type DivideCursor = z.infer<typeof DivideCursor>;

/** Behind the last row read. Sums are not in it: they are rows of a dataset, for months times categories have no bound. */
export const ImportCursor = z.object({
  position: Position,
  imported: z.int(),
  duplicates: z.int(),
  rejected: z.int(),
  /** The first and the last day of the imported rows. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  currency: z.string().nullable(),
  balances: Balances,
  /** The completed imports of the account that the rows so far were compared with. */
  comparedWith: z.array(z.string()).readonly(),
});
export type ImportCursor = z.infer<typeof ImportCursor>;
