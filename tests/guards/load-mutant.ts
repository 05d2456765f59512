import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Mutant } from "@/tests/guards/mutants";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../../..");
const HARNESS = path.join(ROOT, "tests/guards/harness.ts");
/** What is loaded anew for each mutant: all that may come to import it. */
const ANEW = /^(lib\/store|tests\/(conformance|support|store|simulation|guards\/redis-suite))(\/|$)/;

let current: { readonly mutant: Mutant | null; readonly number: number } = { mutant: null, number: 0 };

registerHooks({
  resolve(specifier, context, next) {
    const parent = context.parentURL ?? "";
    const number = /\?mutant=(\d+)$/.exec(parent)?.[1];
    if (number === undefined) return next(specifier, context);
    if (specifier === "vitest") return next(pathToFileURL(HARNESS).href, context);
    if (!specifier.startsWith("@/")) return next(specifier, { ...context, parentURL: parent.split("?")[0] });
    const file = specifier.slice(2);
    const url = pathToFileURL(path.join(ROOT, file.endsWith(".json") ? file : `${file}.ts`)).href;
    return { url: ANEW.test(file) ? `${url}?mutant=${number}` : url, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.includes("?mutant=")) return next(url, context);
    const file = fileURLToPath(url.split("?")[0] ?? url);
    const { mutant } = current;
    const isMutated = mutant !== null && path.join(ROOT, mutant.file) === file;
    const text = isMutated ? mutant.source : readFileSync(file, "utf8");
    return { format: "module", source: stripTypeScriptTypes(text, { mode: "transform" }), shortCircuit: true };
  },
});

/** Imports a module with everything below it as the mutant would have it; null: as it is. */
export async function loadMutant<Module>(file: string, mutant: Mutant | null): Promise<Module> {
  current = { mutant, number: current.number + 1 };
  // What is imported is said by the caller: no compiler knows a name that is made at run time.
  return (await import(`${pathToFileURL(path.join(ROOT, file)).href}?mutant=${current.number}`)) as Module;
}
