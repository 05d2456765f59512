import { globSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

/** A schema that was made in another module is known by what it can do. */
const WithBody = z.object({
  body: z.custom<z.ZodType>((body) => typeof body === "object" && body !== null && "safeParse" in body),
});

const modules = await Promise.all(
  globSync("lib/contracts/*.ts").map((file): Promise<Record<string, unknown>> => import(path.resolve(file))),
);
/** Each body that a contract names, by the contract's name. */
const bodies = modules.flatMap((exported) =>
  Object.entries(exported).flatMap(([name, contract]) => {
    const found = WithBody.safeParse(contract);
    return found.success ? [[name, found.data.body] as const] : [];
  }),
);

describe("a body", () => {
  test.each(bodies)("is refused with a word that means nothing, which may be a misspelt wish: %s", (_, body) => {
    expect(JSON.stringify(body.safeParse({ dryrun: true }).error?.issues)).toContain("unrecognized_keys");
  });
});
