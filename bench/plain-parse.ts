import { readFileSync } from "node:fs";
import Papa from "papaparse";
import { median } from "@/bench/median";

const SHAPE = { delimiter: ",", newline: "\n" } as const;

/** Each way to parse a whole text with a bare papaparse, its rows counted and dropped. */
const WAYS: ReadonlyArray<(text: string) => number> = [
  (text) => Papa.parse<string[]>(text, SHAPE).data.length,
  (text) => {
    let rows = 0;
    Papa.parse<string[]>(text, {
      ...SHAPE,
      step: () => {
        rows += 1;
      },
    });
    return rows;
  },
];

/** The least that any importer must do: milliseconds to read a file and parse it with a bare papaparse, the faster way. */
export function fastestParseMs(file: string, rounds: number): number {
  const timings = WAYS.map((parse) =>
    Array.from({ length: rounds }, () => {
      const begun = performance.now();
      parse(readFileSync(file, "utf8"));
      return performance.now() - begun;
    }),
  );
  return Math.min(...timings.map(median));
}
