import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const docs = readFileSync("docs/testing.md", "utf8");
const quoted = new Map(
  [...docs.matchAll(/^```ts\n\/\/ (tests\/\S+)\n(.*?)^```$/gms)].map(([, file = "", text = ""]) => [file, text]),
);

test("the pages quote the example as it is run", () => {
  const files = ["tests/testing/word-count.ts", "tests/testing/word-count.test.ts"];
  expect([...quoted.keys()]).toEqual(files);
  for (const file of files) expect(quoted.get(file)).toBe(readFileSync(file, "utf8"));
});

test("the example runs under node:test too", async () => {
  const files = ["--import", "tsx", "--test", "--test-reporter", "tap", "tests/testing/word-count.node.ts"];
  const { stdout } = await promisify(execFile)("node_modules/.bin/node", files);
  expect(stdout).toMatch(/^# pass 1$/m);
});
