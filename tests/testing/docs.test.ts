import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const QUOTED = /^```ts\n\/\/ (tests\/\S+)\n(.*?)^```$/gms;
const GUIDE = "tests/testing/guide";

test.each([
  ["docs/testing.md", ["tests/testing/word-count.ts", "tests/testing/word-count.test.ts"]],
  ["docs/jobs.md", [`${GUIDE}/prices-check.ts`, `${GUIDE}/order-approve.ts`, `${GUIDE}/squares-sum.ts`]],
])("%s quotes its examples as they are run", (page, files) => {
  const quoted = [...readFileSync(page, "utf8").matchAll(QUOTED)].map(([, file, text]) => [file, text]);
  expect(quoted).toEqual(files.map((file) => [file, readFileSync(file, "utf8")]));
});

test("every error code of a job that the guide names is one", () => {
  const section = readFileSync("docs/jobs.md", "utf8").split("## When it does not work")[1] ?? "";
  const [table = ""] = section.split("## ");
  const codes = [...table.matchAll(/`([a-z]+(?:_[a-z]+)+|unexpected)`/g)].map(([, code]) => code);
  const sources = globSync("lib/**/*.ts").map((file) => readFileSync(file, "utf8"));
  expect(codes).toContain("stage_not_run");
  expect(codes.filter((code) => !sources.some((text) => text.includes(`"${code}"`)))).toEqual([]);
});

test("the example runs under node:test too", async () => {
  const files = ["--import", "tsx", "--test", "--test-reporter", "tap", "tests/testing/word-count.node.ts"];
  const { stdout } = await promisify(execFile)("node_modules/.bin/node", files);
  expect(stdout).toMatch(/^# pass 1$/m);
});
