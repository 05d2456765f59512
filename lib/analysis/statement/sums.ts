import type { TransactionType } from "@/lib/analysis/statement/row";

/** The total of a month's rows of one category and type, in minor units. */
export type Sum = {
  readonly month: string;
  readonly type: TransactionType;
  readonly category: string;
  total: number;
  count: number;
};

/** Adds rows up by month, category and type. A total that would outgrow an exact integer goes on in a second sum. */
export function createSums() {
  const sums: Sum[] = [];
  const byMonth = new Map<string, Map<string, Sum>[]>();
  const TYPES = ["income", "expense", "saving"] as const;
  let lastMonth = "";
  let ofMonth: Map<string, Sum>[] = [];

  return {
    add({ date, type, minor }: { date: string; type: TransactionType; minor: number }, category: string): void {
      if (!date.startsWith(lastMonth) || lastMonth === "") {
        lastMonth = date.slice(0, 7);
        ofMonth = byMonth.get(lastMonth) ?? TYPES.map(() => new Map<string, Sum>());
        byMonth.set(lastMonth, ofMonth);
      }
      const byCategory = ofMonth[TYPES.indexOf(type)];
      const sum = byCategory?.get(category);
      if (sum && sum.total <= Number.MAX_SAFE_INTEGER - minor) {
        sum.total += minor;
        sum.count += 1;
        return;
      }
      const begun = { month: lastMonth, type, category, total: minor, count: 1 };
      sums.push(begun);
      byCategory?.set(category, begun);
    },
    all: (): readonly Sum[] => sums,
  };
}
