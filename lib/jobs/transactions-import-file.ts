import type { DateOrder } from "@/lib/analysis/statement/dates";
import { decide, type Evidence, type Spelling } from "@/lib/analysis/statement/evidence";
import { INSPECTED_BYTES, inspect, type StatementLayout } from "@/lib/analysis/statement/inspect";
import type { Position } from "@/lib/analysis/statement/read-stretches";
import type { ImportInput } from "@/lib/contracts/transactions-import";
import { FatalError } from "@/lib/errors";
import type { Services } from "@/lib/jobs/define-job";

/** Estimates may be wrong: a table is not made larger than this (50 MB) on the word of a file's first rows. */
const MAX_EXPECTED_ROWS = 2_000_000;

/** What the beginning of a file says about all of it. */
type Inspected = {
  readonly bytes: number;
  readonly layout: StatementLayout;
  readonly evidence: Evidence;
  readonly readUntil: Position;
  readonly expectedRows: number;
};

/** @throws FatalError with the reason why the file is no statement */
export async function inspectFile(
  files: Services["files"],
  { fileId, mapping }: Pick<ImportInput, "fileId" | "mapping">,
): Promise<Inspected> {
  const { size: bytes } = await files.stat(fileId);
  const head = new Uint8Array(Math.min(bytes, INSPECTED_BYTES));
  let at = 0;
  for await (const piece of files.read(fileId, { start: 0, end: head.length })) {
    head.set(piece, at);
    at += piece.length;
  }
  const inspection = inspect(head, { isWhole: bytes <= head.length, mapping });
  if ("code" in inspection) throw new FatalError(inspection.code, inspection.message);
  const { layout, evidence, readUntil, records } = inspection;
  const rowsPerByte = records.length / Math.max(1, readUntil.offset - layout.start.offset);
  return {
    bytes,
    layout,
    evidence,
    readUntil,
    expectedRows: Math.min(MAX_EXPECTED_ROWS, Math.ceil(bytes * rowsPerByte)),
  };
}

/** What the caller has settled, and needs no evidence. */
export const settledBy = ({ dateOrder = "auto", decimal = "auto" }: ImportInput) => ({
  dateOrder: dateOrder !== "auto",
  decimal: decimal !== "auto",
});

/** How the values are written, by the caller's word or by the evidence. @throws FatalError `date_order_ambiguous` */
export function spellingFor(evidence: Evidence, { dateOrder = "auto", decimal = "auto" }: ImportInput) {
  const decided = decide(evidence);
  const decimals: Spelling["decimals"] =
    decimal === "auto"
      ? decided.decimals
      : { amount: decimal, withdrawal: decimal, deposit: decimal, balance: decimal };
  const order: DateOrder = dateOrder === "auto" ? (decided.dateOrder ?? failAmbiguous(evidence)) : dateOrder;
  return { decimals, dateOrder: order };
}

function failAmbiguous({ date: { open, proofs } }: Evidence): never {
  const examples = (open.length > 0 ? open : proofs).slice(0, 2);
  const lines = examples.map(({ line, text }) => `line ${line} "${text}"`).join(" and ");
  const sentence = open.length > 0 ? "can be read day first or month first" : "contradict each other";
  throw new FatalError("date_order_ambiguous", `The dates ${sentence}: ${lines}. Say which by "dateOrder".`);
}
