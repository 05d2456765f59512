import { countText } from "@/components/format/count-text";
import { moneyText } from "@/components/format/money-text";
import { DatasetRows } from "@/components/imports/dataset-rows";
import type { Column } from "@/components/ui/data-table";
import type { JobView } from "@/lib/contracts/jobs";
import { Transaction } from "@/lib/contracts/transactions-import";

// what matters most stands where a phone shows it without scrolling
const columnsIn = (currency: string | null): readonly Column<Transaction>[] => [
  { title: "Line", cell: ({ line }) => countText(line), isFigure: true },
  { title: "Date", cell: ({ date }) => <span className="tabular-nums">{date}</span> },
  {
    title: "Description",
    cell: ({ description }) => <span className="block max-w-24 truncate sm:max-w-80">{description}</span>,
  },
  {
    title: "Amount",
    cell: ({ amount, type }) => (
      <span className={type === "income" ? "text-good" : ""}>
        {type === "income" ? `+${moneyText(amount, currency)}` : moneyText(`-${amount}`, currency)}
        {type === "saving" && <span className="text-muted"> saved</span>}
      </span>
    ),
    isFigure: true,
  },
  { title: "Category", cell: ({ category }) => category },
];

/** What was imported, in the file's order. */
export function TransactionRows({ job, currency }: { readonly job: JobView; readonly currency: string | null }) {
  return (
    <DatasetRows
      job={job}
      name="transactions"
      title="Transactions"
      row={Transaction}
      columns={columnsIn(currency)}
      whenEmpty="Nothing new was imported."
    />
  );
}
