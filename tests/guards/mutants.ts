import { readFileSync } from "node:fs";

/** One guard taken out of a source file. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly was: string;
  readonly became: string;
  /** Of those of its file that became the same, in their order: 1, 2, ... */
  readonly nth: number;
  readonly source: string;
}

/** What a guard looks like, and what is left without it. */
const GUARDS: readonly (readonly [RegExp, string])[] = [
  // TypeScript
  [/\bif \((?!false)(.+)\) (?=return|continue|break|throw|\{)/, "if (false) "],
  [/\bexpect: (?!ANY\b)(rev|mark|expect|entry\?\.rev \?\? 0|0)\b/, "expect: { below: Number.MAX_SAFE_INTEGER }"],
  [/\bexpect,$/, "expect: { below: Number.MAX_SAFE_INTEGER },"],
  [/, max: by > 0 \? max : undefined/, ""],
  // SQL
  [/ AND \(expiresAt IS NULL OR expiresAt > \?\)/, " AND ? > 0"],
  [/ AND score <= \?/, " AND ? IS NOT NULL"],
  // Lua
  [/\bif (?!head\.isApart)(?!false)([^\n]+) then return false end/, "if false then return false end"],
  [/\bholds = holds and .+$/, ""],
  [/\bif holds then/, "if true then"],
  [/ and allHold\(\)/, ""],
];
/** Conditions of several parts lose one of them at a time. */
const PARTS = /(?:(?<= && )| && )[^&|()]*(?:\([^()]*\)[^&|()]*)?(?= &&|\)| \|\||;|\?)/g;

/** All files with one guard less, in the order of the lines. */
export function mutantsOf(file: string): Mutant[] {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const seen = new Map<string, number>();
  const nthOf = (became: string) => {
    const nth = (seen.get(became) ?? 0) + 1;
    seen.set(became, nth);
    return nth;
  };
  return lines.flatMap((was, at) => {
    if (/^\s*(\*|\/\/|\/\*|import |--|for \()/.test(was)) return [];
    const variants = new Set<string>();
    for (const [guard, left] of GUARDS) if (guard.test(was)) variants.add(was.replace(guard, left));
    for (const { index, 0: part } of was.matchAll(PARTS)) {
      const without = `${was.slice(0, index)}${part.startsWith(" && ") ? "" : "true"}${was.slice(index + part.length)}`;
      variants.add(without);
    }
    variants.delete(was);
    return [...variants].map((became) => ({
      file,
      line: at + 1,
      was: was.trim(),
      became: became.trim(),
      nth: nthOf(became.trim()),
      source: lines.with(at, became).join("\n"),
    }));
  });
}
