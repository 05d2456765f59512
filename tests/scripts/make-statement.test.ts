import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeStatement } from "@/lib/analysis/statement/sample";

const run = (...args: readonly string[]) =>
  execFileSync(process.execPath, ["--import", "tsx", "scripts/make-statement.ts", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

test("writes the same statement for the same seed, and its answer beside it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "statement-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const answerFile = path.join(folder, "answer.json");
  const made = makeStatement({ rows: 1_200, seed: 9, format: "columns" });
  const text = [...made.chunks()].join("");

  expect(run("--rows", "1200", "--seed", "9", "--format", "columns", "--answer", answerFile)).toBe(text);
  expect(JSON.parse(readFileSync(answerFile, "utf8"))).toEqual(made.answer());
  expect(text.trimEnd().split("\n")).toHaveLength(1_201);
});

test("refuses what is no number of rows", () => {
  expect(() => run("--rows", "many")).toThrow('--rows must be a whole number, not "many".');
});
