const DECIMAL = /^-?\d+(?:\.(\d+))?$/;

/**
 * A decimal string as money: `$1,234.50`. It never becomes a float on the way: Intl reads the digits themselves,
 * and as many places are shown as were given.
 */
export function moneyText(amount: string, currency: string | null): string {
  const match = DECIMAL.exec(amount);
  if (!match) return amount;
  const digits = match[1]?.length ?? 0;
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format =
    currency && /^[A-Z]{3}$/.test(currency)
      ? new Intl.NumberFormat(undefined, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...places })
      : new Intl.NumberFormat(undefined, places);
  return format.format(amount as `${number}`); // DECIMAL has seen to it
}
