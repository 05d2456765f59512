import type { Verdict } from "@/rehearsal/check";

/** What a rehearsal tells: what went wrong on purpose, what was done, and which promises were kept. */
export interface Report {
  readonly seed: number;
  readonly seconds: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly done: Readonly<Record<string, number | string>>;
  readonly verdicts: readonly Verdict[];
  /** What was to go wrong, and did not often enough. */
  readonly missing: readonly string[];
}

const MOST_SHOWN = 5;

/** True if all promises were kept under all that was to go wrong. */
export const isGood = ({ verdicts, missing }: Report): boolean =>
  missing.length === 0 && verdicts.every(({ broken }) => broken.length === 0);

/** The report in lines for a terminal. */
export function toLines({ seed, seconds, injected, done, verdicts, missing }: Report): string[] {
  const table = (rows: Readonly<Record<string, number | string>>) =>
    Object.entries(rows).map(([name, value]) => `  ${name.padEnd(44)} ${String(value).padStart(9)}`);
  return [
    `Rehearsed for ${seconds} s with seed ${seed}.`,
    "",
    "Went wrong on purpose:",
    ...table(injected),
    ...missing.map((what) => `  too seldom: ${what}`),
    "",
    "Was done:",
    ...table(done),
    "",
    "Promises:",
    ...verdicts.flatMap(({ promise, broken }) => [
      `  ${broken.length === 0 ? "kept  " : "BROKEN"} ${promise}`,
      ...broken.slice(0, MOST_SHOWN).map((how) => `         ${how}`),
      ...(broken.length > MOST_SHOWN ? [`         and ${broken.length - MOST_SHOWN} more`] : []),
    ]),
  ];
}
