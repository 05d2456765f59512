import type { Clock } from "@/lib/clock";
import { workerUrl } from "@/lib/dispatch/machine-address";
import { BYPASS_HEADER } from "@/lib/dispatch/qstash-client";
import { signMessage } from "@/lib/dispatch/sign";
import { isProtected, PROTECTED, stranger } from "@/lib/doctor/check-app";
import { explain } from "@/lib/doctor/explain";
import { type Check, type Finding, findingsOf } from "@/lib/doctor/finding";
import { keptWorkerSecret } from "@/lib/doctor/kept-secret";
import type { Targets } from "@/lib/doctor/targets";

interface Deps {
  readonly targets: Targets;
  readonly clock: Clock;
  readonly nonce: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** A message that no worker acts on: who gets past the door is told that it makes no sense. */
const BODY = JSON.stringify({ doctor: true });
const MALFORMED = 489;

/** Knocks at the worker route as QStash will, with each of its keys, or with the worker's own secret. */
export function checkWorkerCall({ targets, clock, nonce, timeoutMs, ...deps }: Deps): Check {
  const name = "app: worker call";
  const { ok, wrong } = findingsOf(name);
  const { appUrl, bypassSecret, signingKeys, isHosted, dataDir } = targets;
  const url = workerUrl(appUrl);

  async function knock(proof: Readonly<Record<string, string>>): Promise<Response> {
    const bypass = bypassSecret ? { [BYPASS_HEADER]: bypassSecret } : {};
    const headers = { "content-type": "application/json", ...bypass, ...proof };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await deps.fetch(url, { method: "POST", body: BODY, headers, redirect: "manual", signal });
    await response.body?.cancel();
    return response;
  }

  async function withKey(label: string, key: string): Promise<Finding> {
    const signature = await signMessage({ key, url, body: BODY, id: `doctor_${nonce}`, now: clock() });
    return judge(await knock({ "upstash-signature": signature }), `a call signed with the ${label} key`);
  }

  function judge(response: Response, what: string): Finding {
    if (response.status === MALFORMED) return ok(`${what} is let in at ${url}.`);
    if (isProtected(response)) return wrong(PROTECTED.says, PROTECTED.todo);
    if (response.status === 401) return wrong(`${what} is refused at ${url}.`, REFUSED);
    return wrong(...stranger(appUrl, response));
  }

  return {
    name,
    async run() {
      try {
        if (signingKeys) {
          const current = await withKey("current", signingKeys.current);
          if (current.verdict === "wrong") return [current];
          return [current, await withKey("next", signingKeys.next)];
        }
        const secret = targets.workerSecret ?? (isHosted ? null : await keptWorkerSecret(dataDir));
        if (secret === null) return [];
        return [judge(await knock({ authorization: `Bearer ${secret}` }), "a call with the worker's secret")];
      } catch (error) {
        if (!isHosted) return []; // no server runs, which is no fault on one's own machine
        const { says, todo } = explain(error);
        return [wrong(`${url}: ${says}`, todo)];
      }
    },
  };
}

const REFUSED =
  "The app that runs there has other keys, another WORKER_SECRET or another APP_URL than these variables: make them the same and deploy again. A clock that is minutes off has the same effect.";
