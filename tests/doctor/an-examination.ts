import { examine } from "@/lib/doctor/examine";
import type { Verdict } from "@/lib/doctor/finding";
import type { Variables } from "@/lib/doctor/variables";
import { temporaryFolder } from "@/tests/support/temporary-folder";

/** An address that refuses every connection at once. */
export const DEAD = "http://127.0.0.1:2";

/** Examines an environment that has a folder of its own, and whose app is not running. */
export async function anExamination(
  variables: Variables,
  { clock = Date.now, timeoutMs = 2_000 }: { readonly clock?: () => number; readonly timeoutMs?: number } = {},
) {
  let measured = 0;
  const report = await examine({
    variables: { DATA_DIR: temporaryFolder(), APP_URL: DEAD, ...variables },
    fetch: (...call) => globalThis.fetch(...call),
    clock,
    monotonic: () => (measured += 1),
    nonce: "nonce",
    timeoutMs,
  });
  return {
    report,
    /** The findings of one check, as `verdict: what it says -> what to do`. */
    of: (check: string) => report.findings.filter((found) => found.check === check).map(lineOf),
    /** The checks with a verdict. */
    checks: (verdict: Verdict) =>
      report.findings.filter((found) => found.verdict === verdict).map(({ check }) => check),
  };
}

const lineOf = ({ verdict, says, todo }: { verdict: Verdict; says: string; todo: string | null }) =>
  `${verdict}: ${says}${todo === null ? "" : ` -> ${todo}`}`;

/** What a hosted app needs beside its Redis. */
export const SECRETS = {
  AUTH_SECRET: "auth-secret-of-at-least-32-characters",
  CRON_SECRET: "cron-secret-of-16-characters",
  WORKER_SECRET: "worker-secret-of-16-characters",
  OPERATOR_TOKEN: "operator-token-of-16-characters",
} as const;

/** QStash's own tokens look like this: JSON in base 64. */
export const QSTASH_TOKEN = Buffer.from('{"UserID":"user","Password":"password-of-qstash"}').toString("base64");
