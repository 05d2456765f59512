import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import type { JobView } from "@/lib/contracts/jobs";

/** What helps against errors that no repetition cures: the file or its settings have to change. */
const NEEDS_THE_FILE: Readonly<Record<string, string>> = {
  header_missing: "Add a first line that names the columns, and import the file again.",
  column_unknown: "Import the file again and say which column holds what.",
  columns_missing: "Import the file again and say which column holds what.",
  date_order_ambiguous: "Import the file again and say whether the day or the month comes first.",
  file_empty: "Choose a file that has rows in it.",
  file_not_text: "Export the statement as CSV, not as PDF or spreadsheet, and import that file.",
  too_many_categories: "Check which column holds the category, and import the file again.",
};

const NEXT_STEPS: Readonly<Record<string, string>> = {
  import_overlapped: "Another import of this account was completed meanwhile. Start over, so that no row counts twice.",
  worker_lost: "The worker vanished too often. Go on where it stopped; if it fails there again, look at the log.",
  cursor_incompatible: "The program has changed since. Start over.",
};

export const needsTheFile = (error: JobView["error"]): boolean => error !== null && error.code in NEEDS_THE_FILE;

/** Why a job failed, and what to do next. */
export function JobFailure({ error }: { readonly error: NonNullable<JobView["error"]> }) {
  const nextStep = NEEDS_THE_FILE[error.code] ?? NEXT_STEPS[error.code];
  return (
    <Notice
      tone="bad"
      title={error.message}
      action={needsTheFile(error) && <LinkButton href="/">Choose the file again</LinkButton>}
    >
      <p>{nextStep ?? "Go on where it stopped, or start over if that fails again."}</p>
      <p className="mt-1 font-mono text-muted text-xs">{error.code}</p>
    </Notice>
  );
}
