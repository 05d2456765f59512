import { readFileSync, statSync } from "node:fs";
import path from "node:path";

// npm run function-size: what Vercel would put into the function of the worker route, by Next's own trace of the build.

/** What Vercel takes, unpacked. */
const MAX_BYTES = 250 * 1024 * 1024;
/** What a function is made of. Anything else was traced by mistake: sources, tests, somebody's data. */
const BELONGS = /^(?:\.next\/|node_modules\/|package\.json$)/;

const trace = ".next/server/app/api/worker/route.js.nft.json";
const { files } = JSON.parse(readFileSync(trace, "utf8")) as { readonly files: readonly string[] };
const traced = files.map((file) => path.relative(".", path.resolve(path.dirname(trace), file)));
const strays = traced.filter((file) => !BELONGS.test(file) || /\.sqlite|secrets\.json/.test(file));
const bytes = traced.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

console.log(`The worker's function: ${traced.length} files, ${(bytes / 1e6).toFixed(1)} MB of ${MAX_BYTES / 1e6} MB.`);
if (strays.length > 0) console.error(`These do not belong into it:\n  ${strays.join("\n  ")}`);
if (strays.length > 0 || bytes > MAX_BYTES) process.exitCode = 1;
