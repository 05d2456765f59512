import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";
import { BREAKAGES, type BreakageName } from "@/tests/simulation/broken";
import { STORES, type StoreName } from "@/tests/simulation/stores";

const Count = z.coerce.number().int().positive();

const Options = z.object({
  seeds: Count.default(200),
  from: Count.default(1),
  store: z.enum(Object.keys(STORES) as [StoreName, ...StoreName[]]).default("model"),
  broken: z.enum(Object.keys(BREAKAGES) as [BreakageName, ...BreakageName[]]).optional(),
  processes: Count.default(Math.min(2, availableParallelism())),
});
export type Options = z.infer<typeof Options>;

/** Reads the command line. @throws if it asks for something else */
export function readOptions(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: text, from: text, store: text, broken: text, processes: text },
  });
  return Options.parse(values);
}
