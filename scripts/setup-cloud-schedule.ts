import { cronUrl } from "@/lib/dispatch/machine-address";
import { BYPASS_HEADER, createQstashClient } from "@/lib/dispatch/qstash-client";
import { createResend, type ResendDeps } from "@/lib/dispatch/resend";
import type { CloudSettings } from "@/scripts/setup-cloud-settings";

/** How often the sweep is called. The free plan has 1,000 messages a day, and the jobs need most of them. */
export const PLANS = {
  free: { cron: "*/5 * * * *", everyMinutes: 5 },
  paid: { cron: "* * * * *", everyMinutes: 1 },
} as const;

export type Plan = keyof typeof PLANS;

export const isPlan = (text: string): text is Plan => Object.hasOwn(PLANS, text);

/** What stands at QStash already, compared with what should. */
export interface Standing {
  readonly kind: "missing" | "other" | "same";
  readonly cron: string | null;
  readonly isPaused: boolean;
  /** Where sweeps of other addresses are called: another application's, or this one's under an old address. */
  readonly elsewhere: readonly string[];
}

const ID_PREFIX = "longhaul-sweep-";

/** The one schedule of an application: QStash knows it by an id made of the address, so that it is never made twice. */
export function createSweepSchedule(
  { appUrl, qstash, bypassSecret }: CloudSettings,
  plan: Plan,
  wait: ResendDeps["wait"],
) {
  const { schedules } = createQstashClient(qstash);
  const resend = createResend({ wait, timeoutMs: 10_000 });
  const destination = cronUrl(appUrl);
  const scheduleId = ID_PREFIX + new URL(appUrl).host.replace(/[^a-z0-9]+/gi, "-");
  const { cron } = PLANS[plan];

  return {
    scheduleId,
    destination,

    async look(): Promise<Standing> {
      const all = await resend(() => schedules.list());
      const sweeps = all.filter((found) => found.scheduleId.startsWith(ID_PREFIX));
      const elsewhere = sweeps.filter((found) => found.scheduleId !== scheduleId).map((found) => found.destination);
      const own = sweeps.find((found) => found.scheduleId === scheduleId);
      if (!own) return { kind: "missing", cron: null, isPaused: false, elsewhere };
      const isSame = own.cron === cron && own.destination === destination && !own.isPaused;
      return { kind: isSame ? "same" : "other", cron: own.cron, isPaused: own.isPaused, elsewhere };
    },

    /** Writes it as it should be, whatever stands there: what QStash shows of it does not tell all. */
    async put({ isPaused }: Pick<Standing, "isPaused">): Promise<void> {
      await resend(() =>
        schedules.create({
          scheduleId,
          destination,
          cron,
          method: "POST",
          retries: 0, // the next sweep does what a failed one has left
          ...(bypassSecret && { headers: { [BYPASS_HEADER]: bypassSecret } }),
        }),
      );
      if (isPaused) await resend(() => schedules.resume({ schedule: scheduleId }));
    },
  };
}
