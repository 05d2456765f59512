import { randomBytes } from "node:crypto";
import { type Env, EnvError } from "@/lib/env";
import { readSecrets } from "@/lib/server/secrets-file";

/** What the instance signs and verifies with. */
export interface Secrets {
  readonly auth: string;
  readonly cron: string;
  readonly worker: string;
  /** Undefined: there is no operator. */
  readonly operator: string | undefined;
}

/** The given secrets; on the embedded default, those that are missing are made once and kept in the data folder. */
export function secretsOf({ dataDir, isHosted, secrets: { auth, cron, worker, operator } }: Env): Secrets {
  const make = () => randomBytes(32).toString("base64url");
  if (!isHosted) return readSecrets(dataDir, { auth, cron, worker, operator }, make);
  if (auth && cron && worker) return { auth, cron, worker, operator };
  throw new EnvError("A hosted app needs AUTH_SECRET, CRON_SECRET and WORKER_SECRET.");
}
