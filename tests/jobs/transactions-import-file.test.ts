import { describe, expect, test } from "vitest";
import { runImport } from "@/tests/jobs/import-driver";

const TEXT = "Datum;Name;Betrag\n15.04.2025;Müller €;-1.234,50\n16.04.2025;Lohn;2.000,00\n";
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");
const failure = (file: string | Uint8Array, input = {}) =>
  runImport(file, input).then(
    () => null,
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );

describe("the file", () => {
  test.each([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16 LE", utf16(TEXT)],
    ["UTF-16 BE", utf16(TEXT).swap16()],
    ["Windows-1252", Buffer.from(TEXT.replace("€", "\x80"), "latin1")],
  ])("may be %s", async (_name, bytes) => {
    const { output, transactions } = await runImport(bytes);
    expect(output).toMatchObject({ rows: 2, imported: 2, income: "2000.00", expenses: "1234.50", net: "765.50" });
    expect(transactions[0]?.description).toBe("Müller €");
  });

  test.each([",", ";", "\t", "|"])("may be separated by %j", async (separator) => {
    const text = ["Date,Details,Amount", "15/04/2025,A,-1.50", "16/04/2025,B,2.50"]
      .join("\n")
      .replaceAll(",", separator);
    expect((await runImport(text)).output).toMatchObject({ imported: 2, net: "1.00" });
  });

  test.each(["\n", "\r\n", "\r"])("may break lines by %j", async (newline) => {
    const text = ["Date,Details,Amount", '15/04/2025,"A, B",-1.50', "16/04/2025,C,2.50", ""].join(newline);
    const { transactions } = await runImport(text);
    expect(transactions.map(({ line, description }) => [line, description])).toEqual([
      [2, "A, B"],
      [3, "C"],
    ]);
  });

  test("may say things above its header, and below its rows", async () => {
    const text = `Account statement\nHolder: A. Person\n\nDate,Details,Amount\n15/04/2025,A,-1.50\nTotal,,-1.50\n`;
    const { transactions, rejected } = await runImport(text);
    expect(transactions.map(({ line }) => line)).toEqual([5]);
    expect(rejected).toEqual([{ line: 6, reason: "not_a_transaction", field: null, raw: "Total,,-1.50" }]);
  });

  test("may hold a header and nothing else", async () => {
    expect((await runImport("Date,Details,Amount\n", { dateOrder: "dmy" })).output).toMatchObject({
      rows: 0,
      from: null,
      months: [],
    });
    expect((await runImport("Date,Details,Amount")).output.rows).toBe(0);
  });

  test("may have 300 columns", async () => {
    const names = Array.from({ length: 297 }, (_, index) => `x${index}`).join(",");
    const text = `Date,Details,Amount,${names}\n15/04/2025,A,-1.50${",".repeat(297)}\n`;
    expect((await runImport(text)).output.imported).toBe(1);
  });

  test("is mapped by the caller's own column names", async () => {
    const text = "When,What,How much\n15/04/2025,A,-1.50\n";
    const mapping = { date: "when", description: "What", amount: "How much" };
    expect((await runImport(text, { mapping })).output.imported).toBe(1);
    expect(await failure(text, { mapping: { ...mapping, amount: "Sum" } })).toEqual({
      code: "column_unknown",
      message: 'There is no column "Sum". The file\'s columns are "When", "What", "How much".',
    });
  });

  test("leaves out a column that the caller does not want", async () => {
    const text = "Date,Description,Amount,Notes\n15/04/2025,A,-1.50,private\n";
    const mapping = { date: "Date", description: "Description", amount: "Amount", notes: null };
    const { transactions } = await runImport(text, { mapping });
    expect(transactions.map(({ notes }) => notes)).toEqual([""]);
  });

  test.each([
    ["file_empty", ""],
    ["file_empty", "\uFEFF"],
    ["file_empty", " \n\n"],
    ["file_not_text", "\x89PNG\r\n"],
    ["file_not_text", "Date,Details\0,Amount"],
    ["header_missing", "15/04/2025,Rent,-850.00\n16/04/2025,Food,-8.00\n"],
    ["columns_missing", "Date,Amount\n15/04/2025,-850.00\n"],
    ["columns_missing", "Just one column\nand a row\n"],
    ["date_order_ambiguous", "Date,Details,Amount\n03/04/2025,A,1.00\n"],
  ])("fails with %s for %j", async (code, text) => {
    const bytes = text.startsWith("\x89") ? Buffer.from(text, "latin1") : text;
    expect((await failure(bytes))?.code).toBe(code);
  });

  test("names the columns that it has, when others are missing", async () => {
    expect((await failure("Date,Amount\n15/04/2025,-850.00\n"))?.message).toBe(
      'No column for description was found. The file has the columns "Date", "Amount".',
    );
  });

  test("says so when its first line has no end", async () => {
    expect(await failure("Date,Details,Amount".repeat(8_000))).toEqual({
      code: "header_missing",
      message: "The first line is longer than 128 KiB: that is no line of column names.",
    });
  });

  test("names two lines whose dates can be read in two ways", async () => {
    const text = "Date,Details,Amount\n03/04/2025,A,1.00\n04/04/2025,B,1.00\n05/06/2025,C,1.00\n";
    expect((await failure(text))?.message).toContain('line 2 "03/04/2025" and line 4 "05/06/2025"');
    expect((await runImport(text, { dateOrder: "mdy" })).output.from).toBe("2025-03-04");
  });

  test("fails when it has more than 500 categories, naming the column", async () => {
    const rows = Array.from({ length: 501 }, (_, index) => `15/04/2025,A,1.00,Kind ${index}`);
    const text = (count: number) => ["Date,Details,Amount,Category", ...rows.slice(0, count)].join("\n");
    expect((await runImport(text(500))).output.imported).toBe(500);
    expect(await failure(text(501))).toMatchObject({
      code: "too_many_categories",
      message: expect.stringContaining('"Category"'),
    });
  });

  test("is read to its end for a date order that shows late", async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => `03/04/2025,Row ${index},1.5`);
    const text = ["Date,Details,Amount", ...rows, "13/04/2025,Last,1.5"].join("\n");
    expect((await runImport(text)).output).toMatchObject({ imported: 12_001, from: "2025-04-03", to: "2025-04-13" });
  });

  test("is read to its end for a decimal mark that shows late", async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => `15.04.2025;Row ${index};1.200`);
    const text = ["Datum;Name;Betrag", ...rows, "15.04.2025;Last;0,50"].join("\n");
    expect((await runImport(text)).output).toMatchObject({ imported: 12_001, income: "14400000.50" });
  });

  test("may end in the middle of a character, which rejects its last row", async () => {
    const bytes = Buffer.concat([
      Buffer.from("Date,Details,Amount,Notes\n15/04/2025,A,1.00,x\n16/04/2025,B,2.00,"),
      Buffer.from([0xe2, 0x82]),
    ]);
    const { output, rejected } = await runImport(bytes);
    expect(output).toMatchObject({ imported: 1, rejected: 1 });
    expect(rejected).toMatchObject([{ line: 3, reason: "encoding_invalid" }]);
  });

  test("may turn out not to be UTF-8 late, which rejects those rows", async () => {
    const rows = Array.from({ length: 4_000 }, (_, index) => `15/04/2025,Row ${index},1.00`).join("\n");
    const bytes = Buffer.concat([
      Buffer.from(`Date,Details,Amount\n${rows}\n15/04/2025,M`),
      Buffer.from([0xfc]),
      Buffer.from("ller,1.00\n"),
    ]);
    expect((await runImport(bytes)).rejected).toMatchObject([{ line: 4_002, reason: "encoding_invalid" }]);
  });

  test("may hold a field of 10 MB and a row of a megabyte", async () => {
    const text = `Date,Details,Amount\n15/04/2025,${"x".repeat(10_000_000)},1.00\n15/04/2025,"${"y".repeat(1_000_000)}",1.00\n15/04/2025,A,1.00\n`;
    const { output, rejected } = await runImport(text);
    expect(output).toMatchObject({ rows: 3, imported: 1, rejected: 2 });
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "too_long"],
      [3, "quote_unclosed"],
    ]);
  });
});
