import { expect, test } from "vitest";
import { previewStatement } from "@/lib/analysis/statement/preview";
import type { StatementPreview } from "@/lib/contracts/transactions-import";

const preview = (text: string, isWhole = true): StatementPreview =>
  previewStatement(new TextEncoder().encode(text), { isWhole });

test("shows what the first bytes of a statement say", () => {
  const text = "My account\nDatum;Name;Betrag;Foo\n03.04.2025;Rent;-1.234,50;x\n04.04.2025;Food;-8,00 €;y\n05.04.20";
  expect(preview(text, false)).toEqual({
    isReadable: true,
    encoding: "utf-8",
    separator: ";",
    headerLine: 2,
    columns: [
      { name: "Datum", role: "date" },
      { name: "Name", role: "description" },
      { name: "Betrag", role: "amount" },
      { name: "Foo", role: null },
    ],
    dateOrder: null,
    ambiguousDates: [{ line: 3, text: "03.04.2025", dayFirst: "2025-04-03", monthFirst: "2025-03-04" }],
    decimal: ",",
    currency: "EUR",
    rows: [
      { line: 3, fields: ["03.04.2025", "Rent", "-1.234,50", "x"] },
      { line: 4, fields: ["04.04.2025", "Food", "-8,00 €", "y"] },
    ],
    isWhole: false,
  });
});

test("shows two different dates where they can be read in two ways", () => {
  const shown = preview("Date,Details,Amount\n03/04/2025,A,1\n05/06/2025,B,2\n03/04/2025,C,3\n");
  expect(shown.isReadable && shown.ambiguousDates.map(({ line, text }) => [line, text])).toEqual([
    [2, "03/04/2025"],
    [3, "05/06/2025"],
  ]);
});

test("says why a file is no statement, and what could be mapped", () => {
  expect(preview("When,What,How much\n15/04/2025,A,-1.50\n")).toEqual({
    isReadable: false,
    code: "columns_missing",
    message:
      'No column for date, description, amount (or withdrawal and deposit) was found. The file has the columns "When", "What", "How much".',
    columns: [
      { name: "When", role: null },
      { name: "What", role: null },
      { name: "How much", role: null },
    ],
    rows: [{ line: 2, fields: ["15/04/2025", "A", "-1.50"] }],
  });
});

test("keeps the roles that it has found where another is missing", () => {
  const { columns } = preview("Date,Description,Foo\n15/04/2025,A,-1.50\n");
  expect(columns).toEqual([
    { name: "Date", role: "date" },
    { name: "Description", role: "description" },
    { name: "Foo", role: null },
  ]);
});
