import { createWriteStream, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { makeStatement, type SampleFormat } from "@/lib/analysis/statement/sample";

/** `npx tsx scripts/make-statement.ts --rows 1000000 --seed 1 [--format signed|columns] [--answer file.json] > file.csv` */
const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    format: { type: "string", default: "signed" },
    answer: { type: "string" },
    out: { type: "string" },
  },
});

const rows = Number(values.rows);
const seed = Number(values.seed);
if (!Number.isSafeInteger(rows) || rows < 0) throw new Error(`--rows must be a whole number, not "${values.rows}".`);
if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, not "${values.seed}".`);
if (values.format !== "signed" && values.format !== "columns") {
  throw new Error(`--format must be "signed" or "columns", not "${values.format}".`);
}
const format: SampleFormat = values.format;
const statement = makeStatement({ rows, seed, format });
const target = values.out === undefined ? process.stdout : createWriteStream(values.out);
await pipeline(Readable.from(statement.chunks()), target, { end: values.out !== undefined });
if (values.answer !== undefined) writeFileSync(values.answer, `${JSON.stringify(statement.answer(), null, 2)}\n`);
