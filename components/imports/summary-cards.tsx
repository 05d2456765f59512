import { countText } from "@/components/format/count-text";
import { moneyText } from "@/components/format/money-text";
import type { ImportSummary } from "@/lib/contracts/transactions-import";

/** What came out, in seven figures. */
export function SummaryCards({ summary }: { readonly summary: ImportSummary }) {
  const { imported, duplicates, rejected, income, expenses, savings, net, currency } = summary;
  const figures: ReadonlyArray<readonly [label: string, value: string, look: string]> = [
    ["Imported", countText(imported), ""],
    ["Duplicates", countText(duplicates), ""],
    ["Rejected", countText(rejected), rejected > 0 ? "text-warn" : ""],
    ["Net", moneyText(net, currency), net.startsWith("-") ? "text-bad" : "text-good"],
    ["Income", moneyText(income, currency), ""],
    ["Expenses", moneyText(expenses, currency), ""],
    ["Savings", moneyText(savings, currency), ""],
  ];
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-4">
      {figures.map(([label, value, look]) => (
        <div key={label} className="min-w-0 bg-surface px-4 py-3 last:col-span-2 sm:px-5">
          <dt className="text-muted text-xs">{label}</dt>
          <dd className={`break-words font-semibold text-base tabular-nums sm:text-lg tracking-tight ${look}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
