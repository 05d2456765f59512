import { attempt } from "@/lib/doctor/check-redis";
import type { Check } from "@/lib/doctor/finding";
import type { RedisProbe } from "@/lib/doctor/redis-probe";
import type { RedisTarget } from "@/lib/doctor/targets";
import { DUE } from "@/lib/store/jobs/places";
import { createKeys } from "@/lib/store/redis/keys";

interface Deps {
  readonly target: RedisTarget;
  readonly probe: RedisProbe;
}

const DAYS = 30;
/** Upstash's prices as of August 2026. */
const FREE_COMMANDS = 500_000;
const DOLLARS_PER_100K = 0.2;
/** What a test holds the app to. */
const PER_JOB = 20;
const PER_SWEEP = 2;
const SWEEPS = DAYS * 24 * 60;

/** What the app would use of the plan in a month: an estimate, from what waits and what is kept now. */
export const checkPlan = ({ target, probe }: Deps): Check =>
  attempt("plan", async ({ ok, warning }) => {
    if (target.kind !== "rest" || !URL.parse(target.url)?.hostname.endsWith(".upstash.io")) return [];
    const kept = Number(await probe.call("ZCARD", createKeys("longhaul:").set(DUE)));
    const commands = SWEEPS * PER_SWEEP + kept * PER_JOB * DAYS;
    const dollars = ((commands / 100_000) * DOLLARS_PER_100K).toFixed(2);
    const says = `estimate: ${number(kept)} timers of jobs, taken for one day's jobs of ${PER_JOB} commands each, and a sweep each minute make ${number(commands)} commands a month at most. Long jobs (up to 4 commands a second) and open pages come on top. Free are ${number(FREE_COMMANDS)} a month; pay as you go, they are $${dollars}.`;
    if (commands <= FREE_COMMANDS) return [ok(says)];
    return [
      warning(says, "On the free plan, choose pay as you go or sweep less often. docs/deploy.md has the numbers."),
    ];
  });

const number = (value: number) => new Intl.NumberFormat("en").format(value);
