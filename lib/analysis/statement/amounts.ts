import { currenciesOf } from "@/lib/analysis/statement/currencies";

export type DecimalMark = "." | ",";

/** How a column's amounts are written: its decimal mark, and how many places its currency has. */
export type AmountFormat = { readonly decimal: DecimalMark; readonly digits: number };

export type AmountProblem = "amount_invalid" | "amount_precision";

/** An amount in minor units, and what its sign or code says about its currency (null: nothing). */
export type Amount = { readonly minor: number; readonly currencies: readonly string[] | null };

const SIGN = /^[-−–+]|[-−–+]$/;
const SIDE = /(?<=[\d\s.,)'’])(DR|CR|D|C)\.?$/i;
const CURRENCY =
  /^(?:[A-Z]{3}(?![A-Z])|[A-Z]{0,2}\$|[€£₹¥₩₽₺₫₱₪฿₦₴]|RS\.?|KR\.?|ZŁ)|(?:[A-Z]{3}|[A-Z]{0,2}\$|[€£₹¥₩₽₺₫₱₪฿₦₴]|RS|KR|ZŁ)$/i;
const GROUPED = /^\d{1,3}([., \u00a0\u2009\u202f'’])(?:\d{2,3}\1)*\d{3}$/;
const DIGITS = /^\d*$/;

/** What is written around the number: brackets, signs, `DR` and `CR`, and the currency, in any order. */
interface Dressed {
  readonly body: string;
  readonly isNegative: boolean;
  readonly currencies: readonly string[] | null;
}

/** Takes off what is written around a number; null if something is there twice, or is no currency. */
export function undress(text: string): Dressed | null {
  let body = text.trim();
  let sign: boolean | null = null;
  let currencies: readonly string[] | null = null;
  for (;;) {
    let next = body;
    let isNegative: boolean | null = null;
    const side = SIDE.exec(body);
    if (body.startsWith("(") && body.endsWith(")")) {
      next = body.slice(1, -1);
      isNegative = true;
    } else if (side) {
      next = body.slice(0, side.index);
      isNegative = /^d/i.test(side[1] ?? "");
    } else if (SIGN.test(body)) {
      isNegative = !/^\+|\+$/.test(body);
      next = body.replace(SIGN, "");
    } else {
      const found = CURRENCY.exec(body)?.[0];
      if (found === undefined) return { body, isNegative: sign ?? false, currencies };
      const meant = currenciesOf(found);
      if (meant === null || currencies !== null) return null;
      currencies = meant;
      next = body.replace(CURRENCY, "");
    }
    if (isNegative !== null) {
      if (sign !== null) return null;
      sign = isNegative;
    }
    body = next.trim();
  }
}

/** Reads an amount as people and banks write it, or says what is wrong with it. Blank text is `amount_invalid`. */
export function parseAmount(text: string, { decimal, digits }: AmountFormat): Amount | AmountProblem {
  const dressed = undress(text);
  if (!dressed) return "amount_invalid";
  const { body, isNegative, currencies } = dressed;
  const cut = body.indexOf(decimal);
  const whole = cut < 0 ? body : body.slice(0, cut);
  const fraction = cut < 0 ? "" : body.slice(cut + 1);
  if (!DIGITS.test(fraction) || (whole === "" && fraction === "")) return "amount_invalid";
  if (!DIGITS.test(whole) && !(GROUPED.test(whole) && !whole.includes(decimal))) return "amount_invalid";
  if (fraction.length > digits) return "amount_precision";
  const minor = Number(whole.replace(/\D/g, "") + fraction.padEnd(digits, "0"));
  if (!Number.isSafeInteger(minor)) return "amount_invalid";
  return { minor: isNegative ? 0 - minor : minor, currencies };
}

/** The same for the plainest of spellings, `-120.50`, without looking further; NaN for every other. */
export function plainAmount(text: string, { decimal, digits }: AmountFormat): number {
  const mark = decimal.charCodeAt(0);
  const isNegative = text.charCodeAt(0) === 45;
  const length = text.length;
  let at = isNegative ? 1 : 0;
  if (length - at > 15 || length === at) return Number.NaN;
  let minor = 0;
  let places = -1;
  for (; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      minor = minor * 10 + (code - 48);
      if (places >= 0) places += 1;
    } else if (code === mark && places < 0) places = 0;
    else return Number.NaN;
  }
  if (places < 1 && places !== -1) return Number.NaN;
  if (places > digits) return Number.NaN;
  for (let place = Math.max(places, 0); place < digits; place += 1) minor *= 10;
  if (minor > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return isNegative ? 0 - minor : minor;
}
