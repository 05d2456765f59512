import { z } from "zod";
import type { Clock } from "@/lib/clock";
import { BYPASS_HEADER } from "@/lib/dispatch/qstash-client";
import { explain } from "@/lib/doctor/explain";
import { type Check, type Finding, findingsOf } from "@/lib/doctor/finding";
import type { Targets } from "@/lib/doctor/targets";

interface Deps {
  readonly targets: Targets;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** What the doctor reads of `GET /api/status`. */
const Status = z.object({
  status: z.string(),
  version: z.string(),
  store: z.object({ kind: z.string() }),
  lastSweepAt: z.number().nullable(),
});

/** Twice the five minutes of the free plan's schedule, and a little. */
const LATE_MS = 15 * 60_000;

/** Is the app there, does it say that it is well, and when did it sweep last? */
export function checkApp({ targets, clock, timeoutMs, ...deps }: Deps): Check {
  const name = "app: reach";
  const { ok, warning, wrong } = findingsOf(name);
  const { appUrl, bypassSecret, isHosted, redis } = targets;

  async function read() {
    const headers = bypassSecret ? { [BYPASS_HEADER]: bypassSecret } : {};
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await deps.fetch(`${appUrl}/api/status`, { headers, redirect: "manual", signal });
    return { response, text: await response.text() };
  }

  return {
    name,
    async run() {
      const answered = await read().catch((error: unknown) => explain(error));
      if ("says" in answered) {
        const { says, todo } = answered;
        if (isHosted) return [wrong(`${appUrl}: ${says}`, `Deploy or start the app, then ask again. ${todo}`)];
        return [ok(`no server runs at ${appUrl}; start one with npm run dev, or npm run build && npm start.`)];
      }
      const { response, text } = answered;
      const status = Status.safeParse(parse(text)).data;
      if (!status)
        return [isProtected(response) ? wrong(PROTECTED.says, PROTECTED.todo) : wrong(...stranger(appUrl, response))];
      if (status.status !== "ok") {
        return [wrong("it runs, but says that its store is down.", "See the lines about Redis, and the app's log.")];
      }
      const expected = redis ? (redis.kind === "rest" ? "upstash" : "redis") : "sqlite";
      const says = `${appUrl} answers (version ${status.version}, store ${status.store.kind}).`;
      const todo = "Give the app and this check the same variables, then deploy or restart.";
      const reach =
        status.store.kind === expected ? ok(says) : warning(`${says} These variables say ${expected}.`, todo);
      return [reach, sweepOf(status.lastSweepAt, clock(), targets)];
    },
  };
}

function sweepOf(lastSweepAt: number | null, now: number, { qstash }: Targets): Finding {
  const { ok, warning } = findingsOf("app: sweep");
  const todo = "See whether the cron calls: locally the log says cron_failed; in the cloud run npm run setup:cloud.";
  const isLate = lastSweepAt === null || now - lastSweepAt > LATE_MS;
  // Each function remembers its own sweeps only: that this one made none says nothing of the others.
  if (isLate && qstash)
    return ok("the instance that answered has not swept lately; see whether QStash's schedule calls.");
  if (lastSweepAt === null) return warning("the instance that answered has not swept yet.", todo);
  const ago = Math.max(0, now - lastSweepAt);
  const says = `the instance that answered swept ${ago < 120_000 ? `${Math.round(ago / 1_000)} s` : `${Math.round(ago / 60_000)} min`} ago.`;
  return isLate ? warning(says, todo) : ok(says);
}

export const PROTECTED = {
  says: "Vercel's Deployment Protection stands in front of it.",
  todo: "Point APP_URL at the production domain, or make a bypass secret (Vercel: Settings, Deployment Protection, Protection Bypass for Automation) and set VERCEL_AUTOMATION_BYPASS_SECRET.",
} as const;

/** Vercel asks visitors to sign in, by a page or by sending them away; our own refusals are problem documents. */
export const isProtected = ({ status, headers }: Response): boolean =>
  ([401, 403].includes(status) && !/problem\+json/.test(headers.get("content-type") ?? "")) ||
  ([301, 302, 303, 307, 308].includes(status) && /vercel\.com/.test(headers.get("location") ?? ""));

export function stranger(appUrl: string, { status, headers }: Response): [says: string, todo: string] {
  const target = headers.get("location");
  if (target)
    return [
      `${appUrl} sends its callers on to another address.`,
      `Set APP_URL to where it sends them: ${new URL(target, appUrl).origin}`,
    ];
  if (status >= 500)
    return [`${appUrl} answers ${status}.`, "Read the app's log: at its start it says what it misses."];
  return [`${appUrl} answers ${status}, but not as Longhaul does.`, "Check that APP_URL is the address of this app."];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a page: not our status
  }
}
