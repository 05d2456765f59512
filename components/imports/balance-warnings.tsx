import { countText } from "@/components/format/count-text";
import { moneyText } from "@/components/format/money-text";
import { Notice } from "@/components/ui/notice";
import type { BalanceWarning } from "@/lib/contracts/transactions-import";

/** Where the statement's own balance does not follow from its rows: something may be missing there. */
export function BalanceWarnings({
  warnings,
  currency,
}: {
  readonly warnings: readonly BalanceWarning[];
  readonly currency: string | null;
}) {
  if (warnings.length === 0) return null;
  return (
    <Notice tone="warn" title="The balance column does not always follow from the rows">
      <ul className="list-inside list-disc">
        {warnings.map(({ line, expected, found }) => (
          <li key={line}>
            Line {countText(line)}: {moneyText(expected, currency)} was expected, the file says{" "}
            {moneyText(found, currency)}.
          </li>
        ))}
      </ul>
    </Notice>
  );
}
