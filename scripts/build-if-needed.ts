import { spawnSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCES = "{app,components,lib,public}/**/*";
const SETTINGS =
  "{package.json,package-lock.json,tsconfig.json,next.config.ts,postcss.config.mjs,proxy.ts,instrumentation.ts}";
const BUILD = ".next/BUILD_ID";

/** Builds the app unless the last build is newer than all that goes into it. @throws Error if the build fails. */
export function buildIfNeeded(): void {
  if (isFresh()) return;
  console.log("Building the app (once) …");
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build"], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`);
}

function isFresh(): boolean {
  const built = statSync(BUILD, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  return globSync([SOURCES, SETTINGS]).every((file) => statSync(file).mtimeMs < built);
}
