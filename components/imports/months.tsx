import { monthText } from "@/components/format/instant-text";
import { moneyText } from "@/components/format/money-text";
import { MonthsChart } from "@/components/imports/months-chart";
import { Card } from "@/components/ui/card";
import { type Column, DataTable } from "@/components/ui/data-table";
import type { ImportSummary } from "@/lib/contracts/transactions-import";

type Month = ImportSummary["months"][number];

/** Every month of the statement, as a chart and as figures. */
export function Months({ summary }: { readonly summary: ImportSummary }) {
  const money = (field: "income" | "expenses" | "savings" | "net") => (month: Month) =>
    moneyText(month[field], summary.currency);
  const columns: readonly Column<Month>[] = [
    { title: "Month", cell: ({ month }) => monthText(month) },
    { title: "Income", cell: money("income"), isFigure: true },
    { title: "Expenses", cell: money("expenses"), isFigure: true },
    { title: "Net", cell: money("net"), isFigure: true },
    { title: "Savings", cell: money("savings"), isFigure: true },
  ];
  const newestFirst = summary.months.toReversed(); // a statement of ten years is opened for its last months
  return (
    <Card title="Months">
      {summary.months.length === 0 ? (
        <p className="text-muted">No month has a transaction.</p>
      ) : (
        <>
          <MonthsChart summary={summary} />
          <DataTable caption="Months" columns={columns} rows={newestFirst} keyOf={({ month }) => month} isTall />
        </>
      )}
    </Card>
  );
}
