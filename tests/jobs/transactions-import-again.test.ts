import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { type Committed, type ImportRun, runImport, runSlice } from "@/tests/jobs/import-driver";

const csv = (...rows: readonly string[]) => ["Date,Details,Amount", ...rows].join("\n");
const COFFEE = "15/04/2025,Coffee,-2.50";
const RENT = "16/04/2025,Rent,-850.00";
const statement = (rows: number, seed: number) => [...makeStatement({ rows, seed }).chunks()].join("");

/** Runs an import in slices: each stops after so many safe points, and only some of these are committed. */
async function runInSlices(
  file: string,
  plan: readonly number[],
  earlier: readonly ImportRun[] = [],
): Promise<ImportRun> {
  let from: Committed | undefined;
  for (const steps of plan) {
    const run = await runSlice({
      file,
      earlier,
      ...(from ? { from } : {}),
      stopAt: (step) => step >= steps,
      commitAt: (step) => step === 0 || step % 3 === 1,
    });
    if (run.output) return run;
    from = run;
  }
  return runSlice({ file, earlier, ...(from ? { from } : {}) });
}

describe("an import that was interrupted", () => {
  test("comes to the same end, wherever it stopped", async () => {
    const file = statement(12_000, 7);
    const whole = await runImport(file);
    const ended = ({ output, transactions, rejected }: ImportRun) => ({ output, transactions, rejected });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 6 }), async (plan) => {
        expect(ended(await runInSlices(file, plan))).toEqual(ended(whole));
      }),
      { numRuns: 12 },
    );
  });

  test("comes to its end in slices that reach one safe point each", async () => {
    const file = statement(2_000, 5);
    const whole = await runImport(file);
    let run = await runSlice({ file, stopAt: () => true });
    for (let slices = 1; run.output === null && slices < 20; slices += 1) {
      run = await runSlice({ file, from: run, stopAt: () => true });
    }
    expect(run.output).toEqual(whole.output);
  });

  test("knows its own rows from another import's", async () => {
    const file = statement(9_000, 3);
    const first = await runImport(file);
    const again = await runInSlices(`${file}31/12/2025,x\n`, [2, 3, 2], [first]);
    expect(again.output).toMatchObject({ imported: 0, duplicates: first.output.imported });
  });

  test("remembers what it has seen: equal rows and the first spelling of a category", async () => {
    const header = "Date,Details,Amount,Category";
    const filler = Array.from({ length: 9_000 }, (_, index) => `16/04/2025,Filler ${index},1.00,x`);
    const file = [header, `${COFFEE},Food`, ...filler, `${COFFEE},FOOD`].join("\n");
    const earlier = await runImport([header, `${COFFEE},Food`, "16/04/2025,Filler 0,1.00,x"].join("\n"));
    const whole = await runImport(file, {}, [earlier]);
    expect(whole.output).toMatchObject({ imported: 9_000, duplicates: 2, expenses: "2.50" });
    const stopped = await runSlice({ file, earlier: [earlier], stopAt: (step) => step === 3 });
    expect(stopped.output).toBeNull();
    const resumed = await runSlice({ file, earlier: [earlier], from: stopped });
    expect(resumed.output).toEqual(whole.output);

    const alone = await runSlice({ file, from: await runSlice({ file, stopAt: (step) => step === 3 }) });
    expect(alone.transactions.at(-1)).toMatchObject({ line: 9_003, category: "Food" });
  });

  test("fails when another import of the account was completed in between", async () => {
    const stopped = await runSlice({ file: statement(9_000, 3), stopAt: (step) => step === 3 });
    const other = await runImport(statement(10, 4), { dateOrder: "dmy" });
    const resumed = runSlice({ file: statement(9_000, 3), from: stopped, earlier: [other] });
    await expect(resumed).rejects.toMatchObject({ code: "import_overlapped" });
  });
});

describe("duplicates", () => {
  test("are the rows of an import before, and nothing else", async () => {
    const first = await runImport(csv(COFFEE, COFFEE, RENT));
    expect(first.output).toMatchObject({ imported: 3, duplicates: 0, expenses: "855.00" });
    const overlapping = await runImport(csv(COFFEE, COFFEE, COFFEE, RENT, "17/04/2025,New,1.00"), {}, [first]);
    expect(overlapping.output).toMatchObject({ imported: 2, duplicates: 3, expenses: "2.50", income: "1.00" });
    const third = await runImport(csv(COFFEE, COFFEE, COFFEE, COFFEE), {}, [first, overlapping]);
    expect(third.output).toMatchObject({ imported: 1, duplicates: 3 });
  });

  test("are told by date, type, amount and description, whatever its case and spaces", async () => {
    const first = await runImport(csv(COFFEE));
    const again = async (row: string) => (await runImport(csv(row), {}, [first])).output.duplicates;
    expect(await again("15/04/2025, COFFEE ,-2.50")).toBe(1);
    expect(await again("16/04/2025,Coffee,-2.50")).toBe(0);
    expect(await again("15/04/2025,Coffee,2.50")).toBe(0);
    expect(await again("15/04/2025,Coffee,-2.51")).toBe(0);
    expect(await again("15/04/2025,Coffees,-2.50")).toBe(0);
  });

  test("are told by the balance where there is one, within a file too", async () => {
    const rows = ["15/04/2025,Coffee,-2.50,97.50", "15/04/2025,Coffee,-2.50,95.00", "15/04/2025,Coffee,-2.50,95.00"];
    const file = ["Date,Details,Amount,Balance", ...rows].join("\n");
    const first = await runImport(file);
    expect(first.output).toMatchObject({ imported: 2, duplicates: 1 });
    expect((await runImport(file, {}, [first])).output).toMatchObject({ imported: 0, duplicates: 3 });
  });

  test("of a forgotten import are new again", async () => {
    const first = await runImport(csv(COFFEE, COFFEE));
    const second = await runImport(csv(COFFEE, COFFEE, COFFEE), {}, [first]);
    expect((await runImport(csv(COFFEE, COFFEE, COFFEE), {}, [second])).output).toMatchObject({
      imported: 2,
      duplicates: 1,
    });
  });

  test("add up: a file and any of its beginnings give each row once", async () => {
    const file = statement(600, 11);
    const lines = file.split("\n");
    const whole = await runImport(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 600 }), async (cut) => {
        const first = await runImport(lines.slice(0, cut + 1).join("\n"), { dateOrder: "dmy" });
        const second = await runImport(file, {}, [first]);
        expect(first.output.imported + second.output.imported).toBe(whole.output.imported);
        expect(second.output.duplicates).toBe(first.output.imported);
      }),
      { numRuns: 15 },
    );
  });
});

describe("the sample", () => {
  test.each(["signed", "columns"] as const)("is imported to its known answer in the format %s", async (format) => {
    const made = makeStatement({ rows: 20_000, seed: 5, format });
    const file = [...made.chunks()].join("");
    const answer = made.answer();
    const { output, rejected } = await runImport(file);
    const money = (minor: number) => (minor / 100).toFixed(2);
    expect(output).toMatchObject({
      rows: answer.rows,
      imported: answer.imported,
      duplicates: 0,
      rejected: answer.rejected,
      income: money(answer.income),
      expenses: money(answer.expenses),
      from: answer.from,
      to: answer.to,
    });
    expect(output.months.map(({ month, income, expenses }) => ({ month, income, expenses }))).toEqual(
      Object.entries(answer.months).map(([month, sums]) => ({
        month,
        income: money(sums.income),
        expenses: money(sums.expenses),
      })),
    );
    const reasons = Object.groupBy(rejected, ({ reason }) => reason);
    expect(Object.fromEntries(Object.entries(reasons).map(([reason, rows]) => [reason, rows?.length]))).toEqual(
      answer.reasons,
    );
  });
});
