import { createInterface } from "node:readline/promises";
import { setTimeout as wait } from "node:timers/promises";
import { loadDotEnv } from "@/scripts/load-dot-env";
import { setUpCloud } from "@/scripts/setup-cloud-dialogue";

// npm run setup:cloud -- --plan free|paid [--dry-run]

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return terminal.question(question).finally(() => terminal.close());
}

loadDotEnv();
process.exitCode = await setUpCloud({
  args: process.argv.slice(2),
  variables: process.env,
  say: (line) => console.log(line),
  ask: process.stdin.isTTY ? ask : null,
  wait,
});
