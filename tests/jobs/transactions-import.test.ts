import { describe, expect, test } from "vitest";
import { runImport } from "@/tests/jobs/import-driver";

const SIGNED = `S.No,date,notes,description,category,amount
1,15/04/2025,Monthly payment,Salary,Income,5000.00
2,16/04/2025,Grocery shopping,Walmart,Groceries,-120.50
`;

describe("transactions.import", () => {
  test("reads the signed format, and adds nothing when it comes again", async () => {
    const first = await runImport(SIGNED);
    expect(first.output).toEqual({
      rows: 2,
      imported: 2,
      duplicates: 0,
      rejected: 0,
      income: "5000.00",
      expenses: "120.50",
      savings: "0.00",
      net: "4879.50",
      currency: null,
      from: "2025-04-15",
      to: "2025-04-16",
      months: [
        {
          month: "2025-04",
          income: "5000.00",
          expenses: "120.50",
          savings: "0.00",
          net: "4879.50",
          categories: [
            { category: "Income", type: "income", total: "5000.00", count: 1 },
            { category: "Groceries", type: "expense", total: "120.50", count: 1 },
          ],
        },
      ],
    });
    const again = await runImport(SIGNED, {}, [first]);
    expect(again.output).toMatchObject({
      rows: 2,
      imported: 0,
      duplicates: 2,
      rejected: 0,
      income: "0.00",
      months: [],
    });
  });
});
