import { currenciesOf } from "@/lib/analysis/statement/currencies";
import { fractionDigits } from "@/lib/money";

export type CurrencyCheck = ReturnType<typeof createCurrencyCheck>;

/** Holds a statement to one currency: the one that is known, else the first that a row names. */
export function createCurrencyCheck(known: string | null) {
  let currency = known;
  const digits = fractionDigits(known);
  let lastCode = "";
  let wasUnknown = false;

  function accepts(meant: readonly string[]): boolean {
    if (currency !== null) return meant.includes(currency);
    wasUnknown = true;
    const [likeliest] = meant;
    // The rows before it were read with two places: a currency with others cannot be theirs.
    if (likeliest === undefined || fractionDigits(likeliest) !== digits) return false;
    currency = likeliest;
    return true;
  }

  return {
    digits,
    current: () => currency,
    accepts,
    /** Whether a row named a currency while none was known: had one been, it might have been judged otherwise. */
    wasUnknown: () => wasUnknown,
    /** The same for a cell of a currency column; a blank one says nothing. */
    acceptsCode(text: string): boolean {
      if (text === lastCode) return true;
      const code = text.trim();
      if (code === "") return true;
      const meant = currenciesOf(code);
      const isAccepted = meant !== null && accepts(meant);
      if (isAccepted && text.length <= 12) lastCode = text;
      return isAccepted;
    },
  };
}
