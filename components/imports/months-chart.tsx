import { monthText } from "@/components/format/instant-text";
import { moneyText } from "@/components/format/money-text";
import { chartBars } from "@/components/imports/chart-bars";
import type { ImportSummary } from "@/lib/contracts/transactions-import";

const WIDTH = 880;
const HEIGHT = 150;
const MOST_MONTHS = 24;

/** Income against expenses, month by month. The table below says the same in figures. */
export function MonthsChart({ summary: { months, currency } }: { readonly summary: ImportSummary }) {
  const shown = months.slice(-MOST_MONTHS);
  const [first, last] = [shown.at(0), shown.at(-1)];
  if (!first || !last) return null;
  const bars = chartBars(shown, { width: WIDTH, height: HEIGHT });
  const every = Math.ceil(shown.length / 8);
  return (
    <figure className="mb-4">
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
        <Key look="bg-good" text="Income" />
        <Key look="bg-accent" text="Expenses" />
        {months.length > shown.length && <span>The last {MOST_MONTHS} months</span>}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 22}`}
        className="w-full"
        role="img"
        aria-label={`Income and expenses by month from ${monthText(first.month)} to ${monthText(last.month)}. The table below has the figures.`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="stroke-line" />
        {bars.map(({ month, income, expenses, middle }, index) => {
          const figures = shown[index];
          return (
            <g key={month}>
              {figures && (
                <title>
                  {`${monthText(month)}: income ${moneyText(figures.income, currency)}, expenses ${moneyText(figures.expenses, currency)}`}
                </title>
              )}
              <rect {...income} rx="2" className="fill-good" />
              <rect {...expenses} rx="2" className="fill-accent" />
              {index % every === 0 && (
                <text x={middle} y={HEIGHT + 16} textAnchor="middle" className="fill-muted text-[11px]">
                  {monthText(month)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
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
