import { deriveKey, hasBearer } from "@/lib/auth/secrets";
import type { Clock } from "@/lib/clock";
import { startLocalCron } from "@/lib/dispatch/local-cron";
import { createLocalDispatcher } from "@/lib/dispatch/local-dispatcher";
import { cronUrl, workerUrl } from "@/lib/dispatch/machine-address";
import { createMachineVerifier } from "@/lib/dispatch/verify-machine";
import { createQstashVerifier } from "@/lib/dispatch/verify-qstash";
import type { Env } from "@/lib/env";
import type { Ids } from "@/lib/id";
import type { Log } from "@/lib/log";
import type { Secrets } from "@/lib/server/secrets";
import { after } from "@/lib/server/timers";

interface MachinesDeps {
  readonly env: Pick<Env, "port">;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Who calls workers and the sweep, and how those calls are verified: from inside this process, signed as QStash does. */
export function createMachines({ env, secrets, clock, ids, log }: MachinesDeps) {
  const baseUrl = `http://127.0.0.1:${env.port}`;
  const keyFor = (purpose: string) => Buffer.from(deriveKey(secrets.auth, purpose)).toString("base64url");
  const currentSigningKey = keyFor("dispatch-current");
  const nextSigningKey = keyFor("dispatch-next");

  const verifier = (url: string, secret: string) =>
    createMachineVerifier({
      verifySignature: createQstashVerifier({ currentSigningKey, nextSigningKey, url }),
      hasSecret: (request) => hasBearer(request, secret),
    });

  return {
    dispatcher: createLocalDispatcher({ baseUrl, signingKey: currentSigningKey, clock, ids, log }),
    verifyWorker: verifier(workerUrl(baseUrl), secrets.worker),
    verifyCron: verifier(cronUrl(baseUrl), secrets.cron),
    startCron: () =>
      startLocalCron({ baseUrl, secret: secrets.cron, after, onError: (error) => log.error("cron_failed", error) }),
  };
}
