import { CURRENCIES } from "@/lib/money";

/** What a sign may stand for; the first is meant if nothing else is known. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  "€": ["EUR"],
  "£": ["GBP"],
  "₹": ["INR"],
  $: ["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "BRL", "CLP", "COP", "ARS"],
  US$: ["USD"],
  C$: ["CAD"],
  A$: ["AUD"],
  R$: ["BRL"],
  "¥": ["JPY", "CNY"],
  "₩": ["KRW"],
  "₽": ["RUB"],
  "₺": ["TRY"],
  "₫": ["VND"],
  "₱": ["PHP"],
  "₪": ["ILS"],
  "฿": ["THB"],
  "₦": ["NGN"],
  "₴": ["UAH"],
  KR: ["SEK", "NOK", "DKK", "ISK"],
  ZŁ: ["PLN"],
  RS: ["INR", "PKR", "LKR", "NPR", "MUR"],
  "RS.": ["INR", "PKR", "LKR", "NPR", "MUR"],
};

/** The currencies that a sign or a code may mean, the likeliest first; null if it is neither. */
export function currenciesOf(text: string): readonly string[] | null {
  const key = text.trim().toUpperCase();
  return SIGNS[key] ?? (CURRENCIES.has(key) ? [key] : null);
}
