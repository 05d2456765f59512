export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MonthBars {
  readonly month: string;
  readonly income: Bar;
  readonly expenses: Bar;
  /** The middle of the month's two bars. */
  readonly middle: number;
}

interface Month {
  readonly month: string;
  readonly income: string;
  readonly expenses: string;
}

/** Where each month's bars stand. Floats are good enough for pixels; figures stay decimal strings. */
export function chartBars(
  months: readonly Month[],
  { width, height }: { readonly width: number; readonly height: number },
): readonly MonthBars[] {
  const tallest = Math.max(...months.flatMap(({ income, expenses }) => [Number(income), Number(expenses)]), 0);
  const step = width / Math.max(1, months.length);
  const barWidth = Math.min(22, step * 0.36);
  const bar = (amount: string, x: number): Bar => {
    const share = tallest === 0 ? 0 : Math.max(0, Number(amount)) / tallest;
    const tall = share === 0 ? 0 : Math.max(1, share * height);
    return { x, y: height - tall, width: barWidth, height: tall };
  };
  return months.map(({ month, income, expenses }, index) => {
    const middle = step * (index + 0.5);
    return { month, middle, income: bar(income, middle - barWidth - 1), expenses: bar(expenses, middle + 1) };
  });
}
