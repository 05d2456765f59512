import { appendFileSync, closeSync, openSync, statSync } from "node:fs";
import { makeStatement } from "@/lib/analysis/statement/sample";
import type { ImportSummary } from "@/lib/contracts/transactions-import";
import { formatMinor } from "@/lib/money";

/** A statement on disk, with what an import of it must answer. */
export interface SampleStatement {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  /** Where a summary is not the known answer, in words; empty if it is right. */
  differences(summary: ImportSummary): string[];
}

/** Writes a made-up statement, the same for the same seed. */
export function writeSample(file: string, rows: number, seed = 1): SampleStatement {
  const statement = makeStatement({ rows, seed });
  const target = openSync(file, "w");
  for (const chunk of statement.chunks()) appendFileSync(target, chunk);
  closeSync(target);
  const { months, income, expenses, reasons: _reasons, ...counted } = statement.answer();
  const known = { ...counted, duplicates: 0, ...sums({ income, expenses }) };

  return {
    file,
    bytes: statSync(file).size,
    rows,
    differences(summary) {
      const found = new Map(summary.months.map((month) => [month.month, month]));
      return [
        ...differ("", known, summary),
        ...Object.entries(months).flatMap(([name, month]) => differ(`${name}: `, sums(month), found.get(name) ?? {})),
        ...differ("", { months: Object.keys(months).length }, { months: found.size }),
      ];
    },
  };
}

const sums = ({ income, expenses }: { readonly income: number; readonly expenses: number }) => ({
  income: formatMinor(income, 2),
  expenses: formatMinor(expenses, 2),
  net: formatMinor(income - expenses, 2),
});

function differ(where: string, known: object, found: object): string[] {
  return Object.entries(known)
    .filter(([name, value]) => Reflect.get(found, name) !== value)
    .map(([name, value]) => `${where}${name} is ${Reflect.get(found, name)} and should be ${value}`);
}
