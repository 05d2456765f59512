import { parseArgs } from "node:util";
import { FULL, type Plan, SMALL } from "@/rehearsal/plan";

/** What the command line asks for. @throws Error naming what cannot be understood */
export function readPlan() {
  const { values } = parseArgs({
    options: {
      rows: { type: "string" },
      seed: { type: "string", default: "1" },
      small: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      output: { type: "string" },
    },
  });
  const size = values.small ? SMALL : FULL;
  const seed = Number(values.seed);
  const mainRows = Number(values.rows ?? size.mainRows);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number, not "${values.seed}".`);
  if (!Number.isSafeInteger(mainRows) || mainRows < 1) {
    throw new Error(`--rows takes a number from 1 up, not "${values.rows}".`);
  }
  const plan: Plan = { ...size, mainRows };
  return { plan, seed, isJson: values.json, outputFile: values.output };
}
