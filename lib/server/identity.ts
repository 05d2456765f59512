import { createSessions } from "@/lib/auth/session";
import { createSignInLinks } from "@/lib/auth/sign-in-link";
import type { Clock } from "@/lib/clock";
import type { RecordStore } from "@/lib/core/record-store";
import type { Env } from "@/lib/env";
import type { Ids } from "@/lib/id";
import type { Secrets } from "@/lib/server/secrets";

interface IdentityDeps {
  readonly env: Pick<Env, "appUrl">;
  readonly secrets: Secrets;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Who is asking, and how an owner takes a session to another browser. */
export function createIdentity({ env: { appUrl }, secrets, records, clock, ids }: IdentityDeps) {
  const secret = secrets.auth;
  return {
    sessions: createSessions({ secret, appUrl, clock, ids }),
    signInLinks: createSignInLinks({ secret, records, clock, ids }),
  };
}
