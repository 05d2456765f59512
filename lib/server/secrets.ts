import { randomBytes } from "node:crypto";
import { type Env, EnvError } from "@/lib/env";
import { readSecrets } from "@/lib/server/secrets-file";

/** What the instance signs and verifies with. */
export interface Secrets {
  readonly auth: string;
  readonly cron: string;
  readonly worker: string;
}

/** The given secrets; on the embedded default, those that are missing are made once and kept in the data folder. */
export function secretsOf({ dataDir, isHosted, secrets: { auth, cron, worker } }: Env): Secrets {
  if (!isHosted) return readSecrets(dataDir, { auth, cron, worker }, () => randomBytes(32).toString("base64url"));
  if (auth && cron && worker) return { auth, cron, worker };
  throw new EnvError("A hosted app needs AUTH_SECRET, CRON_SECRET and WORKER_SECRET.");
}
