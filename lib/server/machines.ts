import { deriveKey, hasBearer } from "@/lib/auth/secrets";
import type { Clock } from "@/lib/clock";
import type { Dispatcher } from "@/lib/core/dispatcher";
import { startLocalCron } from "@/lib/dispatch/local-cron";
import { createLocalDispatcher } from "@/lib/dispatch/local-dispatcher";
import { cronUrl, undeliveredUrl, workerUrl } from "@/lib/dispatch/machine-address";
import { createQstashDispatcher } from "@/lib/dispatch/qstash-dispatcher";
import { createMachineVerifier } from "@/lib/dispatch/verify-machine";
import { createQstashVerifier } from "@/lib/dispatch/verify-qstash";
import type { Env } from "@/lib/env";
import type { Ids } from "@/lib/id";
import type { Log } from "@/lib/log";
import type { Secrets } from "@/lib/server/secrets";
import { after, wait } from "@/lib/server/timers";

interface MachinesDeps {
  readonly env: Pick<Env, "port" | "appUrl" | "dispatch">;
  readonly secrets: Pick<Secrets, "auth" | "cron" | "worker">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Who calls the machine routes: under which address, signed with which keys. */
interface Caller {
  readonly dispatcher: Dispatcher;
  readonly baseUrl: string;
  readonly currentSigningKey: string;
  readonly nextSigningKey: string;
  /** Begins to call the cron route, where nobody else does. */
  startCron(): void;
}

/** Who calls workers and the sweep, and how those calls are verified: QStash, or this process as QStash would. */
export function createMachines(deps: MachinesDeps) {
  const { env, secrets } = deps;
  const { dispatch } = env;
  const caller = dispatch.kind === "qstash" ? qstash(dispatch, env.appUrl) : insideProcess(deps);
  const { dispatcher, startCron, baseUrl, ...keys } = caller;

  const verifier = (url: string, secret: string) =>
    createMachineVerifier({
      verifySignature: createQstashVerifier({ ...keys, url }),
      hasSecret: (request) => hasBearer(request, secret),
    });

  return {
    dispatcher,
    startCron,
    verifyWorker: verifier(workerUrl(baseUrl), secrets.worker),
    verifyUndelivered: verifier(undeliveredUrl(baseUrl), secrets.worker),
    verifyCron: verifier(cronUrl(baseUrl), secrets.cron),
  };
}

/** A schedule at QStash calls the sweep: an instance on Vercel ends with its timers. */
function qstash({ url, token, bypassSecret, ...keys }: Extract<Env["dispatch"], { kind: "qstash" }>, baseUrl: string) {
  const dispatcher = createQstashDispatcher({ url, token, baseUrl, bypassSecret, wait });
  return { ...keys, dispatcher, baseUrl, startCron() {} } satisfies Caller;
}

function insideProcess({ env, secrets, clock, ids, log }: MachinesDeps): Caller {
  const baseUrl = `http://127.0.0.1:${env.port}`;
  const keyFor = (purpose: string) => Buffer.from(deriveKey(secrets.auth, purpose)).toString("base64url");
  const currentSigningKey = keyFor("dispatch-current");
  return {
    dispatcher: createLocalDispatcher({ baseUrl, signingKey: currentSigningKey, clock, ids, log }),
    baseUrl,
    currentSigningKey,
    nextSigningKey: keyFor("dispatch-next"),
    startCron: () =>
      startLocalCron({
        baseUrl,
        secret: secrets.cron,
        clock,
        after,
        onError: (error) => log.error("cron_failed", error),
      }),
  };
}
