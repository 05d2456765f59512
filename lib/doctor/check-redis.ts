import type { Clock } from "@/lib/clock";
import { explain } from "@/lib/doctor/explain";
import { type Check, type Finding, findingsOf } from "@/lib/doctor/finding";
import type { RedisProbe } from "@/lib/doctor/redis-probe";
import { maskAddress } from "@/lib/doctor/secrecy";
import type { RedisTarget } from "@/lib/doctor/targets";
import type { Variables } from "@/lib/doctor/variables";

export interface RedisDeps {
  readonly variables: Variables;
  readonly target: RedisTarget;
  readonly probe: RedisProbe;
  readonly nonce: string;
  readonly clock: Clock;
  readonly monotonic: Clock;
}

const PINGS = 5;
const SLOW_MS = 60;
const SKEW_MS = 3_000;
/** A worker that is this far off takes everybody's lease for run out. */
const WRONG_SKEW_MS = 30_000;

/** Is it there, and does it know us? Where this fails the other checks would only say it again. */
export function checkReach({ target, probe, variables }: RedisDeps): Check {
  const name = "redis: reach";
  return {
    name,
    async run() {
      const address = maskAddress(target.url);
      const { ok, wrong } = findingsOf(name);
      try {
        await probe.call("PING");
        const isVerified = /^(https|rediss):/.test(target.url) && variables.NODE_TLS_REJECT_UNAUTHORIZED !== "0";
        return [ok(`${address} answers${isVerified ? "; its certificate is verified" : ""}.`)];
      } catch (error) {
        const { says, todo } = explain(error);
        return [wrong(`${address}: ${says}`, todo)];
      }
    },
  };
}

/** Writes a key, reads it back and removes it. It would expire by itself, too. */
export const checkWriting = ({ probe, nonce }: RedisDeps): Check =>
  attempt("redis: write", async ({ ok, wrong }) => {
    const key = `longhaul:doctor:${nonce}`;
    await probe.call("SET", key, nonce, "PX", "60000");
    const read = await probe.call("GET", key);
    await probe.call("DEL", key);
    if (read === nonce) return [ok("a key was written, read and removed.")];
    const todo = "Take the address of the primary: a replica answers too late, and sometimes nothing.";
    return [wrong("a key that was just written could not be read back.", todo)];
  });

export const checkScripts = ({ probe }: RedisDeps): Check =>
  attempt("redis: scripts", async ({ ok, wrong }) => {
    const answer = await probe.call("EVAL", "return 42", "0");
    if (Number(answer) === 42) return [ok("scripts run.")];
    return [wrong("a script came back with another answer.", "Take a Redis that runs Lua scripts.")];
  });

export const checkLatency = ({ probe, monotonic }: RedisDeps): Check =>
  attempt("redis: latency", async ({ ok, warning }) => {
    const took: number[] = [];
    for (let n = 0; n < PINGS; n += 1) {
      const asked = monotonic();
      await probe.call("PING");
      took.push(monotonic() - asked);
    }
    const median = took.toSorted((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0;
    const says = `${median.toFixed(median < 10 ? 1 : 0)} ms from here (median of ${PINGS}).`;
    if (median < SLOW_MS) return [ok(says)];
    return [warning(says, "Let functions and database live in the same region. From your own machine this is normal.")];
  });

export const checkClocks = ({ probe, clock }: RedisDeps): Check =>
  attempt("redis: clock", async ({ ok, warning, wrong }) => {
    const asked = clock();
    const answer = await probe.call("TIME");
    const now = (asked + clock()) / 2;
    const [seconds, micros] = Array.isArray(answer) ? answer.map(Number) : [];
    if (seconds === undefined || !Number.isFinite(seconds)) return [ok("its time cannot be read here.")];
    const skew = seconds * 1_000 + (micros ?? 0) / 1_000 - now;
    const says = `its clock is ${(Math.abs(skew) / 1_000).toFixed(1)} s ${skew < 0 ? "behind" : "ahead of"} this machine's.`;
    const todo = "Set this machine's clock by NTP: leases and signatures go by it.";
    if (Math.abs(skew) >= WRONG_SKEW_MS) return [wrong(says, todo)];
    return [Math.abs(skew) >= SKEW_MS ? warning(says, todo) : ok(says)];
  });

/** A check whose errors are explained. */
export function attempt(
  name: string,
  look: (say: ReturnType<typeof findingsOf>) => Promise<readonly Finding[]>,
): Check {
  const say = findingsOf(name);
  return {
    name,
    run: () =>
      look(say).catch((error: unknown) => {
        const { says, todo } = explain(error);
        return [say.wrong(says, todo)];
      }),
  };
}
