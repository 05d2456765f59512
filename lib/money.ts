/** Currencies that this platform knows, by their ISO 4217 codes. */
export const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** Places behind the decimal mark: 2 for EUR, 0 for JPY, 3 for KWD; two when the currency is unknown. */
export function fractionDigits(currency: string | null): number {
  if (currency === null || !CURRENCIES.has(currency)) return 2;
  const known = knownDigits.get(currency);
  if (known !== undefined) return known;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  knownDigits.set(currency, maximumFractionDigits);
  return maximumFractionDigits;
}

/** Asked for with every piece of a statement, and a formatter takes long to make. */
const knownDigits = new Map<string, number>();

/** −12050 → `"-120.50"`. Amounts are integers of minor units; digits are moved, never multiplied. */
export function formatMinor(minor: number | bigint, digits: number): string {
  if (digits === 2 && typeof minor === "number" && minor >= 0) {
    const rest = minor % 100;
    return `${(minor - rest) / 100}${CENTS[rest]}`;
  }
  const isNegative = minor < 0;
  const text = String(isNegative ? -minor : minor);
  if (digits === 0) return isNegative ? `-${text}` : text;
  const padded = text.padStart(digits + 1, "0");
  const cut = padded.length - digits;
  return `${isNegative ? "-" : ""}${padded.slice(0, cut)}.${padded.slice(cut)}`;
}

/** Nearly every amount has two places: `.00` to `.99` are there already. */
const CENTS = Array.from({ length: 100 }, (_, rest) => `.${String(rest).padStart(2, "0")}`);

/** What `formatMinor` wrote, in minor units again. */
export const parseMinor = (text: string): number => Number(text.replace(".", ""));
