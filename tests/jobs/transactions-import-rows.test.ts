import { describe, expect, test } from "vitest";
import { runImport } from "@/tests/jobs/import-driver";

const HEADER = "Date,Description,Amount,Category";
const GOOD = "15/04/2025,Rent,-850.00,Housing";

const rejectedOf = async (lines: readonly string[], header = HEADER, input = {}) => {
  const { rejected } = await runImport([header, ...lines].join("\n"), { dateOrder: "dmy", ...input });
  return rejected;
};
const types = async (text: string, input = {}) => {
  const { transactions } = await runImport(text, input);
  return transactions.map(({ type, amount }) => `${type} ${amount}`);
};

describe("a row", () => {
  test.each([
    ["field_count", null, "15/04/2025,Rent,-850.00"],
    ["field_count", null, "15/04/2025,Rent,-850.00,Housing,more"],
    ["date_missing", "Date", ",Rent,-850.00,Housing"],
    ["date_invalid", "Date", "31/02/2025,Rent,-850.00,Housing"],
    ["date_invalid", "Date", "soon,Rent,-850.00,Housing"],
    ["date_out_of_range", "Date", "31/12/1969,Rent,-850.00,Housing"],
    ["date_out_of_range", "Date", "06/02/2027,Rent,-850.00,Housing"],
    ["description_missing", "Description", "15/04/2025,  ,-850.00,Housing"],
    ["amount_missing", "Amount", "15/04/2025,Rent,,Housing"],
    ["amount_invalid", "Amount", "15/04/2025,Rent,12O.50,Housing"],
    ["amount_precision", "Amount", "15/04/2025,Rent,12.505,Housing"],
    ["amount_zero", "Amount", "15/04/2025,Rent,0.00,Housing"],
    ["not_a_transaction", null, "Total,,-850.00,"],
    ["not_a_transaction", null, "Closing balance: 12.00"],
    ["encoding_invalid", null, "15/04/2025,Re\0nt,-850.00,Housing"],
    ["quote_unclosed", null, '15/04/2025,"Rent,-850.00,Housing'],
  ])("is rejected as %s", async (reason, field, raw) => {
    const lines =
      reason === "encoding_invalid" ? [...Array.from({ length: 3_000 }, () => GOOD), raw, GOOD] : [raw, GOOD];
    expect(await rejectedOf(lines)).toEqual([{ line: lines.indexOf(raw) + 2, reason, field, raw }]);
  });

  test("is rejected as too_long with the first 2 KiB of it", async () => {
    const raw = `15/04/2025,${"é".repeat(70_000)},1.00,x`;
    const [row] = await rejectedOf([raw, GOOD]);
    expect(row).toMatchObject({ line: 2, reason: "too_long", field: null });
    expect(row?.raw.length).toBe(11 + (2_048 - 12) / 2);
  });

  test("may lie 400 days ahead, and decades back", async () => {
    expect(await rejectedOf(["05/02/2027,Rent,-1.00,x", "01/01/1970,Rent,-1.00,x"])).toEqual([]);
  });

  test("is rejected as amount_both, or amount_missing, where there are two columns", async () => {
    const header = "Date,Description,Withdrawal,Deposit";
    expect(await rejectedOf(["15/04/2025,A,1.00,2.00", "15/04/2025,B,,", "15/04/2025,C,0.00,"], header)).toMatchObject([
      { line: 2, reason: "amount_both", field: "Withdrawal" },
      { line: 3, reason: "amount_missing" },
      { line: 4, reason: "amount_missing" },
    ]);
  });

  test("is rejected as currency_mismatch, by its sign and by its currency column", async () => {
    expect(await rejectedOf(["15/04/2025,A,€1.00,x", "15/04/2025,B,$1.00,x", "15/04/2025,C,1.00,x"])).toMatchObject([
      { line: 3, reason: "currency_mismatch", field: "Amount" },
    ]);
    const header = "Date,Description,Amount,Currency";
    const lines = ["15/04/2025,A,1.00,EUR", "15/04/2025,B,1.00,USD", "15/04/2025,C,1.00,"];
    expect(await rejectedOf(lines, header)).toMatchObject([
      { line: 3, reason: "currency_mismatch", field: "Currency" },
    ]);
    expect(await rejectedOf(lines, header, { currency: "usd" })).toMatchObject([{ line: 2 }]);
  });
});

describe("the type of a row", () => {
  test("follows the sign", async () => {
    expect(await types("Date,Details,Amount\n15/04/2025,A,-1.00\n15/04/2025,B,(2.00)\n15/04/2025,C,3.00")).toEqual([
      "expense 1.00",
      "expense 2.00",
      "income 3.00",
    ]);
  });

  test("follows the direction column, whatever the sign", async () => {
    const rows = ["A,-1.00,CR", "B,2.00,Debit", "C,3.00,saving", "D,-4.00,unknown"].map((row) => `15/04/2025,${row}`);
    expect(await types(["Date,Details,Amount,Type", ...rows].join("\n"))).toEqual([
      "income 1.00",
      "expense 2.00",
      "saving 3.00",
      "expense 4.00",
    ]);
  });

  test("follows the sign beside a word that only an object of the language knows", async () => {
    const rows = ["A,-1.00,constructor", "B,2.00,__proto__"].map((row) => `15/04/2025,${row}`);
    expect(await types(["Date,Details,Amount,Type", ...rows].join("\n"))).toEqual(["expense 1.00", "income 2.00"]);
  });

  test("follows the column, and a negative withdrawal is a refund", async () => {
    const rows = ["A,1.00,", "B,,2.00", "C,-3.00,", "D,4.00,0.00"].map((row) => `15/04/2025,${row}`);
    expect(await types(["Date,Details,Debit,Credit", ...rows].join("\n"))).toEqual([
      "expense 1.00",
      "income 2.00",
      "income 3.00",
      "expense 4.00",
    ]);
  });

  test("lists savings on their own", async () => {
    const { output } = await runImport("Date,Details,Amount,Type\n15/04/2025,A,100.00,in\n16/04/2025,B,30.00,saving");
    expect(output).toMatchObject({ income: "100.00", expenses: "0.00", savings: "30.00", net: "100.00" });
  });
});

test("keeps a category as first spelt, compares it whatever its case, and names what has none", async () => {
  const rows = ["A,1.00, Food  and Drink ", "B,2.00,food and drink", "C,3.00,"].map((row) => `15/04/2025,${row}`);
  const { transactions } = await runImport([HEADER, ...rows].join("\n"));
  expect(transactions.map(({ category }) => category)).toEqual(["Food and Drink", "Food and Drink", "Uncategorized"]);
});

test("counts yen without places, and dinars with three", async () => {
  const run = (currency: string, amount: string) =>
    runImport(`Date,Details,Amount\n15/04/2025,A,${amount}`, { currency });
  expect((await run("JPY", "1500")).output).toMatchObject({ income: "1500", currency: "JPY" });
  expect((await run("KWD", "1.505")).output).toMatchObject({ income: "1.505", currency: "KWD" });
  expect((await run("JPY", "15.00")).rejected).toMatchObject([{ reason: "amount_precision" }]);
});

test("adds up beyond what floats can count", async () => {
  const rows = Array.from({ length: 40 }, (_, index) => `15/04/2025,Row ${index},90071992547409.91`);
  const { output } = await runImport(["Date,Details,Amount", ...rows].join("\n"));
  expect(output.income).toBe("3602879701896396.40");
});

test("lists the first breaks of the balance, oldest or newest row first", async () => {
  const lines = ["01/04/2025,A,-10.00,90.00", "02/04/2025,B,5.00,95.00", "13/04/2025,C,-1.00,93.00"];
  const text = (rows: readonly string[]) => ["Date,Details,Amount,Balance", ...rows].join("\n");
  expect((await runImport(text(lines))).output.warnings).toEqual([{ line: 4, expected: "94.00", found: "93.00" }]);
  const backwards = ["13/04/2025,C,-1.00,94.00", "02/04/2025,B,5.00,95.00", "01/04/2025,A,-10.00,90.00"];
  expect((await runImport(text(backwards))).output.warnings).toEqual([]);
});
