import { countText } from "@/components/format/count-text";
import { DatasetRows } from "@/components/imports/dataset-rows";
import { reasonInWords } from "@/components/imports/rejection-words";
import type { Column } from "@/components/ui/data-table";
import type { JobView } from "@/lib/contracts/jobs";
import { Rejected } from "@/lib/contracts/transactions-import";

const COLUMNS: readonly Column<Rejected>[] = [
  { title: "Line", cell: ({ line }) => countText(line), isFigure: true },
  {
    title: "Reason",
    cell: ({ reason, field }) => (
      <>
        {reasonInWords(reason)}
        {field && <span className="text-muted"> ({field})</span>}
      </>
    ),
  },
  {
    title: "The line itself",
    cell: ({ raw }) => (
      <code className="block max-w-[32rem] whitespace-pre-wrap break-all font-mono text-xs">{raw}</code>
    ),
  },
];

/** What could not be read, and why. */
export function RejectedRows({ job }: { readonly job: JobView }) {
  return (
    <DatasetRows
      job={job}
      name="rejected"
      title="Rejected rows"
      row={Rejected}
      columns={COLUMNS}
      whenEmpty="Every row could be read."
    />
  );
}
