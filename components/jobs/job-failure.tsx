import { Notice } from "@/components/ui/notice";
import type { JobView } from "@/lib/contracts/jobs";

const NEXT_STEPS: Readonly<Record<string, string>> = {
  header_missing: "Add a first line that names the columns, or choose the file again and assign them by hand.",
  columns_missing: "Choose the file again and say which column holds what.",
  date_order_ambiguous: "Choose the file again and say whether the day or the month comes first.",
  file_empty: "Choose a file that has rows in it.",
  file_not_text: "Export the statement as CSV, not as PDF or spreadsheet, and choose that file.",
  too_many_categories: "Check which column holds the category, and choose the file again.",
  import_overlapped: "Another import of this account was completed meanwhile. Start over, so that no row counts twice.",
  worker_lost:
    "The worker vanished too often. Go on where it stopped; if it fails at the same point again, check the file there.",
  cursor_incompatible: "The program has changed since. Start over.",
};

/** Why a job failed, and what to do next. */
export function JobFailure({ error }: { readonly error: NonNullable<JobView["error"]> }) {
  return (
    <Notice tone="bad" title={error.message}>
      <p>{NEXT_STEPS[error.code] ?? "Go on where it stopped, or start over if that fails again."}</p>
      <p className="mt-1 font-mono text-muted text-xs">{error.code}</p>
    </Notice>
  );
}
