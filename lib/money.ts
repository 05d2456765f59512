/** Currencies that this platform knows, by their ISO 4217 codes. */
export const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** Places behind the decimal mark: 2 for EUR, 0 for JPY, 3 for KWD; two when the currency is unknown. */
export function fractionDigits(currency: string | null): number {
  if (currency === null || !CURRENCIES.has(currency)) return 2;
  const { maximumFractionDigits } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}

/** −12050 → `"-120.50"`. Amounts are integers of minor units; digits are moved, never multiplied. */
export function formatMinor(minor: number | bigint, digits: number): string {
  const isNegative = minor < 0;
  const text = String(isNegative ? -minor : minor);
  if (digits === 0) return isNegative ? `-${text}` : text;
  const padded = text.length > digits ? text : text.padStart(digits + 1, "0");
  const cut = padded.length - digits;
  return `${isNegative ? "-" : ""}${padded.slice(0, cut)}.${padded.slice(cut)}`;
}
