import { DETECTED, type ImportSettings } from "@/components/imports/import-settings";
import { ColumnMapping } from "@/lib/contracts/transactions-import";
import type { StatementPreview } from "@/lib/hooks/statement-preview";
import type { Json } from "@/lib/json";

/** What the job is asked for beside the file; only what was corrected is named, all else is detected there as here. */
export function importInput(
  account: string,
  { mapping, dateOrder, decimal }: ImportSettings = DETECTED,
): { readonly [key: string]: Json | undefined } {
  const checked = mapping ? ColumnMapping.parse(mapping) : undefined;
  return {
    account: account.trim(),
    ...(checked ? { mapping: checked } : {}),
    ...(dateOrder === "auto" ? {} : { dateOrder }),
    ...(decimal === "auto" ? {} : { decimal }),
  };
}

/** Why an import cannot start yet, in words; null when it can. */
export function whatIsMissing(account: string, settings: ImportSettings, preview: StatementPreview): string | null {
  if (account.trim() === "") return "Name the account.";
  if (preview.problems.length > 0) return "Solve the problem above first.";
  if (preview.mustAskOrder && settings.dateOrder === "auto") return "Say how the dates are to be read.";
  if (settings.mapping && !ColumnMapping.safeParse(settings.mapping).success) {
    return "Choose a column for date, description and amount, or for withdrawal and deposit.";
  }
  return null;
}
