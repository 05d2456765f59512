import { describe, expect, test } from "vitest";
import { detectColumns } from "@/lib/analysis/statement/column-roles";
import { headersOf } from "@/lib/analysis/statement/headers";

const rolesOf = (list: string) => {
  const headers = list.split(",");
  return Object.fromEntries(
    Object.entries(detectColumns(headers)).map(([role, index]) => [role, headers[index ?? -1]]),
  );
};

describe("detectColumns", () => {
  test.each([
    [
      "S.No,date,notes,description,category,amount",
      { date: "date", description: "description", amount: "amount", category: "category", notes: "notes" },
    ],
    [
      "Date,Description,Withdrawal Amount,Deposit Amount,Category,Notes",
      {
        date: "Date",
        description: "Description",
        withdrawal: "Withdrawal Amount",
        deposit: "Deposit Amount",
        category: "Category",
        notes: "Notes",
      },
    ],
    [
      "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance",
      {
        date: "Date",
        description: "Narration",
        withdrawal: "Withdrawal Amt.",
        deposit: "Deposit Amt.",
        balance: "Closing Balance",
      },
    ],
    [
      "Buchungstag,Verwendungszweck,Betrag,Währung",
      { date: "Buchungstag", description: "Verwendungszweck", amount: "Betrag", currency: "Währung" },
    ],
    [
      "Datum,Name,Soll,Haben,Saldo",
      { date: "Datum", description: "Name", withdrawal: "Soll", deposit: "Haben", balance: "Saldo" },
    ],
    ["Fecha,Concepto,Importe", { date: "Fecha", description: "Concepto", amount: "Importe" }],
    ["Data,Libellé,Montant", { date: "Data", description: "Libellé", amount: "Montant" }],
    ["Date,Details,Amount,Dr/Cr", { date: "Date", description: "Details", amount: "Amount", direction: "Dr/Cr" }],
    ["Date,Value Date,Payee,Amount (EUR)", { date: "Date", description: "Payee", amount: "Amount (EUR)" }],
    [
      "Date,Payee,Debit amount (EUR),Credit amount (EUR)",
      { date: "Date", description: "Payee", withdrawal: "Debit amount (EUR)", deposit: "Credit amount (EUR)" },
    ],
    ["Date,Payee,Amount (debit/credit)", { date: "Date", description: "Payee", amount: "Amount (debit/credit)" }],
    ["Date,Description,Memo,Amount", { date: "Date", description: "Description", notes: "Memo", amount: "Amount" }],
  ] as const)("finds the roles in %s", (list, roles) => {
    expect(rolesOf(list)).toEqual(roles);
  });

  test("keeps what the caller has settled", () => {
    expect(detectColumns(["When", "Date", "Description", "Amount"], { date: 0 })).toEqual({
      date: 0,
      description: 2,
      amount: 3,
    });
  });
});

test("gives an unused role to no column, and leaves the others where they are", () => {
  const headers = ["Date", "Details", "Notes", "Memo", "Debit", "Credit", "Amount"];
  expect(detectColumns(headers, {}, ["notes"])).toEqual({ date: 0, description: 1, withdrawal: 4, deposit: 5 });
  expect(detectColumns(headers, {}, ["deposit"])).toEqual({ date: 0, description: 1, notes: 2, amount: 6 });
});

test("names repeated and blank headers apart", () => {
  expect(headersOf(["Date", " date ", "", "Amount"])).toEqual(["Date", "date_2", "column_3", "Amount"]);
});
