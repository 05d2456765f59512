import { checkAppVariables } from "@/lib/doctor/app-variables";
import { type Finding, findingsOf } from "@/lib/doctor/finding";
import { checkPasted } from "@/lib/doctor/pasted";
import { checkQstashVariables } from "@/lib/doctor/qstash-variables";
import { checkRedisVariables } from "@/lib/doctor/redis-variables";
import type { Targets } from "@/lib/doctor/targets";
import type { Variables } from "@/lib/doctor/variables";
import { EnvError, readEnv } from "@/lib/env";

/** Every variable that is set, one finding each; at the end what the app itself would refuse and no check has named. */
export function checkVariables(variables: Variables, targets: Targets): Finding[] {
  const pasted = checkPasted(variables);
  const isPasted = new Set(pasted.map(({ check }) => check));
  const others = [
    ...checkRedisVariables(variables),
    ...checkQstashVariables(variables),
    ...checkAppVariables(variables, targets),
  ].filter(({ check, verdict }) => !(verdict === "ok" && isPasted.has(check)));
  const found = [...pasted, ...others];
  return found.some(({ verdict }) => verdict === "wrong") ? found : [...found, ...checkWhole(variables)];
}

function checkWhole(variables: Variables): Finding[] {
  try {
    readEnv(variables);
    return [];
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    const says = error.message.replace(/\s*\n\s*/g, " ");
    return [findingsOf("variables").wrong(says, "Change what it names: the app does not start like this.")];
  }
}
