import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/**
 * A module that extends String turns its prototype into a dictionary, for the life of the process: every
 * `charCodeAt` is looked up anew then, and an import takes half as long again.
 */
test("nothing that the embedded app loads makes V8 forget the shape of strings", () => {
  const script = `await import("@/lib/server/create-server"); console.log(%HasFastProperties(String.prototype));`;
  const flags = ["--allow-natives-syntax", "--import", "tsx", "--input-type=module", "--eval", script];
  expect(execFileSync(process.execPath, flags, { encoding: "utf8" }).trim()).toBe("true");
});
