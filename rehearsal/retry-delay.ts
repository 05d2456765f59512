/** What QStash counts with in `Upstash-Retry-Delay`. */
const FUNCTIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  pow: (a, b) => a ** b,
  sqrt: Math.sqrt,
  abs: Math.abs,
  exp: Math.exp,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  min: Math.min,
  max: Math.max,
};
const LONGEST_MS = 86_400_000;

/** Milliseconds until the retry after `retried` earlier ones, when the publisher did not say: 12 s, 2 m 28 s, 30 m … */
export const standardDelayMs = (retried: number): number => Math.min(LONGEST_MS, Math.exp(2.5 * (retried + 1)) * 1_000);

/** Computes `pow(2, retried) * 1000` and the like. @throws Error for what QStash would refuse. */
export function retryDelayMs(expression: string, retried: number): number {
  const tokens = expression.match(/\d+(?:\.\d+)?|[a-z]+|[-+*/(),]|\S/gi) ?? [];
  let at = 0;
  const take = () => tokens[at++];
  const expect = (wanted: string) => {
    if (take() !== wanted) throw new Error(`"${expression}" is no retry delay: "${wanted}" is missing.`);
  };

  function value(): number {
    const token = take() ?? "";
    if (token === "-") return -value();
    if (token === "(") return closed(total());
    if (token === "retried") return retried;
    const known = FUNCTIONS[token];
    if (known) {
      expect("(");
      const first = total();
      const second = tokens[at] === "," && take() ? total() : Number.NaN;
      return closed(Number.isNaN(second) ? known(first, first) : known(first, second));
    }
    const number = Number(token);
    if (token === "" || Number.isNaN(number)) throw new Error(`"${expression}" is no retry delay: "${token}".`);
    return number;
  }

  function closed(inner: number): number {
    expect(")");
    return inner;
  }

  function product(): number {
    let left = value();
    while (tokens[at] === "*" || tokens[at] === "/") left = take() === "*" ? left * value() : left / value();
    return left;
  }

  function total(): number {
    let left = product();
    while (tokens[at] === "+" || tokens[at] === "-") left = take() === "+" ? left + product() : left - product();
    return left;
  }

  const result = total();
  if (at < tokens.length) throw new Error(`"${expression}" is no retry delay: "${tokens[at]}".`);
  return Math.max(0, Math.min(LONGEST_MS, result));
}
