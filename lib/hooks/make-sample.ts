import { makeStatement } from "@/lib/analysis/statement/sample";

const ROWS = 20_000;

/** A statement to try things with, made up here; the same one each time, so that a second import finds only duplicates. */
export function makeSample(): File {
  const { chunks } = makeStatement({ rows: ROWS, seed: 1, format: "signed" });
  return new File([...chunks()], "sample-statement.csv", { type: "text/csv", lastModified: 0 });
}
