import type { TransactionType } from "@/lib/analysis/statement/row";
import type { Sum } from "@/lib/analysis/statement/sums";
import { formatMinor } from "@/lib/money";

interface Totals {
  readonly income: string;
  readonly expenses: string;
  readonly savings: string;
  readonly net: string;
}

interface MonthSummary extends Totals {
  readonly month: string;
  readonly categories: {
    readonly category: string;
    readonly type: TransactionType;
    readonly total: string;
    readonly count: number;
  }[];
}

type Exact = { readonly type: TransactionType; readonly category: string; total: bigint; count: number };

/** Adds up the sums of all batches, exactly, and writes them as decimals with `digits` places. */
export function createSummariser(digits: number) {
  const months = new Map<string, Map<string, Exact>>();

  return {
    add(sums: readonly Sum[]): void {
      for (const { month, type, category, total, count } of sums) {
        const entries = months.get(month) ?? new Map<string, Exact>();
        months.set(month, entries);
        const key = `${type}:${category}`;
        const entry = entries.get(key) ?? { type, category, total: 0n, count: 0 };
        entries.set(key, entry);
        entry.total += BigInt(total);
        entry.count += count;
      }
    },

    result(): Totals & { readonly months: MonthSummary[] } {
      const sorted = [...months].toSorted(([a], [b]) => byCodePoint(a, b));
      const all = sorted.flatMap(([, entries]) => [...entries.values()]);
      return {
        ...totalsOf(all),
        months: sorted.map(([month, entries]) => {
          const largestFirst = [...entries.values()].toSorted(
            (a, b) => Number(b.total > a.total) - Number(b.total < a.total) || byKey(a, b),
          );
          const categories = largestFirst.map(({ category, type, total, count }) => ({
            category,
            type,
            total: formatMinor(total, digits),
            count,
          }));
          return { month, ...totalsOf(largestFirst), categories };
        }),
      };
    },
  };

  function totalsOf(entries: readonly Exact[]): Totals {
    const of = (wanted: TransactionType) =>
      entries.reduce((sum, { type, total }) => (type === wanted ? sum + total : sum), 0n);
    const [income, expenses, savings] = [of("income"), of("expense"), of("saving")];
    return {
      income: formatMinor(income, digits),
      expenses: formatMinor(expenses, digits),
      savings: formatMinor(savings, digits),
      net: formatMinor(income - expenses, digits),
    };
  }
}

const byKey = (a: Exact, b: Exact) => byCodePoint(a.category, b.category) || byCodePoint(a.type, b.type);
const byCodePoint = (a: string, b: string) => Number(a > b) - Number(a < b);
