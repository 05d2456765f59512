import { DETECTED, type ImportSettings } from "@/components/imports/import-settings";
import { shownMapping } from "@/components/imports/roles";
import { ColumnMapping } from "@/lib/contracts/transactions-import";
import type { ShownPreview } from "@/lib/hooks/statement-preview";
import type { Json } from "@/lib/json";

type Input = { readonly [key: string]: Json | undefined };

/** What the job is asked for beside the file; only what was corrected is named, all else is detected there as here. */
export function importInput(
  account: string,
  { mapping, dateOrder, decimal }: ImportSettings = DETECTED,
  columns: ShownPreview["columns"] = [],
): Input {
  return {
    account: account.trim(),
    ...(mapping ? { mapping: ColumnMapping.parse(shownMapping(columns, mapping)) } : {}),
    ...(dateOrder === "auto" ? {} : { dateOrder }),
    ...(decimal === "auto" ? {} : { decimal }),
  };
}

/** Why an import cannot start yet, in words; null when it can. */
export function whatIsMissing(account: string, settings: ImportSettings, preview: ShownPreview): string | null {
  if (preview.problem) return "Solve the problem above first.";
  if (preview.ambiguousDates.length > 0 && settings.dateOrder === "auto") return "Say how the dates are to be read.";
  if (settings.mapping && !ColumnMapping.safeParse(shownMapping(preview.columns, settings.mapping)).success) {
    return "Choose a column for date, description and amount, or for withdrawal and deposit.";
  }
  return account.trim() === "" ? "Name the account." : null;
}
