import { monthText } from "@/components/format/instant-text";
import { moneyText } from "@/components/format/money-text";
import type { ImportSummary } from "@/lib/contracts/transactions-import";

const MOST_MONTHS = 24;

/** Floats are good enough for pixels; the figures themselves stay decimal strings. */
const heightOf = (amount: string, tallest: number) =>
  tallest === 0 ? "0%" : `${Math.max(0, (100 * Number(amount)) / tallest)}%`;

/** Income against expenses, month by month. The table below says the same in figures. */
export function MonthsChart({ summary: { months, currency } }: { readonly summary: ImportSummary }) {
  const shown = months.slice(-MOST_MONTHS);
  const [first, last] = [shown.at(0), shown.at(-1)];
  if (!first || !last) return null;
  const tallest = Math.max(0, ...shown.flatMap(({ income, expenses }) => [Number(income), Number(expenses)]));
  const labelEvery = Math.ceil(shown.length / 4);
  return (
    <figure className="mb-4">
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
        <Key look="bg-good" text="Income" />
        <Key look="bg-accent" text="Expenses" />
        {months.length > shown.length && <span>The last {MOST_MONTHS} months</span>}
      </figcaption>
      <div
        role="img"
        aria-label={`Income and expenses by month from ${monthText(first.month)} to ${monthText(last.month)}. The table below has the figures.`}
        className="flex gap-1 pb-5"
      >
        {shown.map(({ month, income, expenses }, index) => (
          <div
            key={month}
            title={`${monthText(month)}: income ${moneyText(income, currency)}, expenses ${moneyText(expenses, currency)}`}
            className="relative flex h-40 min-w-0 flex-1 items-end justify-center gap-px border-line border-b"
          >
            <div
              className="min-h-px w-2/5 max-w-6 rounded-t-sm bg-good"
              style={{ height: heightOf(income, tallest) }}
            />
            <div
              className="min-h-px w-2/5 max-w-6 rounded-t-sm bg-accent"
              style={{ height: heightOf(expenses, tallest) }}
            />
            {index % labelEvery === 0 && (
              <span className="absolute top-full left-0 mt-1 whitespace-nowrap text-[11px] text-muted">
                {monthText(month)}
              </span>
            )}
          </div>
        ))}
      </div>
    </figure>
  );
}

function Key({ look, text }: { readonly look: string; readonly text: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden="true" className={`size-2.5 rounded-sm ${look}`} />
      {text}
    </span>
  );
}
