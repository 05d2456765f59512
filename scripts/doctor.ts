import { parseArgs } from "node:util";
import { monotonicClock, systemClock } from "@/lib/clock";
import { examine } from "@/lib/doctor/examine";
import { exitCodeOf, renderReport } from "@/lib/doctor/report";
import { randomToken } from "@/lib/random";
import { loadDotEnv } from "@/scripts/load-dot-env";

// npm run doctor: looks at everything that is configured, and says what to do where something is wrong.

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
loadDotEnv();
const report = await examine({
  variables: process.env,
  fetch: globalThis.fetch,
  clock: systemClock,
  monotonic: monotonicClock,
  nonce: randomToken(),
});
console.log(values.json ? JSON.stringify(report, null, 2) : renderReport(report));
process.exit(exitCodeOf(report)); // a connection that hangs must not keep us
