import { explain } from "@/lib/doctor/explain";
import { type Check, type CheckGroup, type Finding, findingsOf } from "@/lib/doctor/finding";

interface Limits {
  /** For each check. */
  readonly timeoutMs: number;
  /** For all of them together. */
  readonly totalMs: number;
}

/** Runs groups side by side and each group's checks in order. Never throws, and ends in time whatever the checks do. */
export async function runChecks(groups: readonly CheckGroup[], { timeoutMs, totalMs }: Limits): Promise<Finding[]> {
  const deadline = AbortSignal.timeout(totalMs);
  const run = (check: Check) => runCheck(check, AbortSignal.any([deadline, AbortSignal.timeout(timeoutMs)]));

  async function runGroup({ gate, rest }: CheckGroup): Promise<Finding[]> {
    const found = [...(await run(gate))];
    if (found.some(({ verdict }) => verdict === "wrong")) return found;
    for (const check of rest) found.push(...(await run(check)));
    return found;
  }

  return (await Promise.all(groups.map(runGroup))).flat();
}

async function runCheck(check: Check, over: AbortSignal): Promise<readonly Finding[]> {
  const { warning, wrong } = findingsOf(check.name);
  const late = Promise.withResolvers<readonly Finding[]>();
  const giveUp = () => late.resolve([warning("it was not finished in time.", "Ask again; see the lines above first.")]);
  if (over.aborted) giveUp();
  over.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([late.promise, (async () => check.run())()]);
  } catch (error) {
    const { says, todo } = explain(error);
    return [wrong(says, todo)];
  } finally {
    over.removeEventListener("abort", giveUp);
  }
}
