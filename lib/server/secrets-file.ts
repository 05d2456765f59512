import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EnvError } from "@/lib/env";

/** Reads the secrets of an instance, and makes those that are missing, once, readable by its user only. */
export function readSecrets<Name extends string>(
  directory: string,
  given: Readonly<Record<Name, string | undefined>>,
  make: () => string,
): Record<Name, string> {
  const file = path.join(directory, "secrets.json");
  const kept = readKept(file);
  const names = Object.keys(given) as Name[]; // the keys of a literal, which TypeScript widens
  const secrets = Object.fromEntries(names.map((name) => [name, given[name] ?? kept[name] ?? make()]));
  const merged = { ...kept, ...Object.fromEntries(names.filter((name) => !given[name]).map((n) => [n, secrets[n]])) };
  if (JSON.stringify(merged) !== JSON.stringify(kept)) {
    mkdirSync(directory, { recursive: true });
    const written = `${file}.${process.pid}`; // renamed when it is whole: half of it would sign everybody out
    writeFileSync(written, `${JSON.stringify(merged, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(written, file);
  }
  return secrets as Record<Name, string>;
}

function readKept(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>; // we wrote it
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new EnvError(`"${file}" cannot be read. Repair or delete it; deleting it signs everybody out.`, {
      cause: error,
    });
  }
}
