import { z } from "zod";
import { cronUrl } from "@/lib/dispatch/machine-address";
import { explain } from "@/lib/doctor/explain";
import { type Check, type Finding, findingsOf } from "@/lib/doctor/finding";
import type { QstashTarget, Targets } from "@/lib/doctor/targets";

interface Deps {
  readonly targets: Targets;
  readonly qstash: QstashTarget;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

const Keys = z.object({ current: z.string(), next: z.string() });
const Schedules = z.array(z.object({ destination: z.string(), cron: z.string(), isPaused: z.boolean().optional() }));
const SET_UP = "Make one: npm run setup:cloud -- --plan free (every five minutes) or --plan paid (every minute).";

/** Asks QStash itself: is the token right, are the signing keys its own, and does a schedule call our cron? */
export function checkQstash({ targets, qstash, timeoutMs, ...deps }: Deps): Check {
  const token = findingsOf("qstash: token");

  async function ask(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const headers = { authorization: `Bearer ${qstash.token}` };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await deps.fetch(`${qstash.url}${path}`, { headers, redirect: "manual", signal });
    return { status: response.status, body: await response.json().catch(() => null) };
  }

  async function look(): Promise<readonly Finding[]> {
    const keys = await ask("/v2/keys");
    if (keys.status === 401 || keys.status === 403) return [token.wrong("it refused the token.", WRONG_TOKEN)];
    if (keys.status !== 200)
      return [token.warning(`it answered ${keys.status}.`, "Ask again; see status.upstash.com.")];
    const schedules = Schedules.safeParse((await ask("/v2/schedules")).body).data;
    return [
      token.ok(`${new URL(qstash.url).host} takes it.`),
      ...keyFindings(Keys.safeParse(keys.body).data, targets),
      ...(schedules ? [scheduleFinding(schedules, targets)] : []),
    ];
  }

  return {
    name: "qstash: token",
    run: () =>
      look().catch((error: unknown) => {
        const { says, todo } = explain(error);
        return [token.wrong(`${new URL(qstash.url).host}: ${says}`, todo)];
      }),
  };
}

const WRONG_TOKEN =
  "Copy QSTASH_TOKEN again from the Upstash console, QStash. Token, keys and QSTASH_URL must be of one region.";

function keyFindings(keys: z.output<typeof Keys> | undefined, { signingKeys }: Targets): Finding[] {
  if (!keys || !signingKeys) return [];
  const { ok, warning, wrong } = findingsOf("qstash: signing keys");
  if (signingKeys.current === keys.current && signingKeys.next === keys.next) return [ok("both are QStash's own.")];
  const todo = "Copy both keys again from the Upstash console, QStash, and deploy.";
  if (signingKeys.next === keys.current)
    return [warning("the keys were rolled once: the next rolling locks QStash out.", todo)];
  return [wrong("they are not the keys that QStash signs with: the app would refuse every call.", todo)];
}

function scheduleFinding(schedules: z.output<typeof Schedules>, { appUrl }: Targets): Finding {
  const { ok, warning, wrong } = findingsOf("qstash: schedule");
  const found = schedules.filter(({ destination }) => destination === cronUrl(appUrl));
  const active = found.find(({ isPaused }) => !isPaused);
  if (active) return ok(`calls ${active.destination} at ${active.cron}.`);
  if (found.length > 0)
    return wrong("the schedule that sweeps is paused.", "Resume it in the Upstash console, QStash.");
  return warning(`no schedule calls ${cronUrl(appUrl)}; a cron of Vercel's Hobby plan comes once a day only.`, SET_UP);
}
