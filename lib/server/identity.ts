import { createApiTokens } from "@/lib/auth/api-tokens";
import { createAudit } from "@/lib/auth/audit";
import { createIdentify } from "@/lib/auth/identify";
import { createInvitations } from "@/lib/auth/invitations";
import { createOperator } from "@/lib/auth/operator";
import { createPlaceOf } from "@/lib/auth/place";
import { createSessions } from "@/lib/auth/session";
import { createSignInLinks } from "@/lib/auth/sign-in-link";
import type { Clock } from "@/lib/clock";
import type { Ledger } from "@/lib/core/ledger";
import type { RecordStore } from "@/lib/core/record-store";
import type { Env } from "@/lib/env";
import type { Ids } from "@/lib/id";
import { createWindowCounter } from "@/lib/quota/window-counter";
import type { Secrets } from "@/lib/server/secrets";

const ATTEMPTS = { name: "operator-sign-in", limit: 10, windowMs: 15 * 60_000 } as const;

interface IdentityDeps {
  readonly env: Pick<Env, "appUrl" | "access">;
  readonly secrets: Secrets;
  readonly ledger: Pick<Ledger, "read" | "apply">;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Who is asking, how an owner comes to be and goes to another browser, and who the operator is. */
export function createIdentity({ env: { appUrl, access }, secrets, ledger, records, clock, ids }: IdentityDeps) {
  const secret = secrets.auth;
  const placeOf = createPlaceOf(secret);
  const sessions = createSessions({ secret, appUrl, clock, ids });
  const apiTokens = createApiTokens({ secret, records, clock, ids });
  const audit = createAudit({ records, clock, ids });
  const attempts = createWindowCounter({ ledger, clock, ...ATTEMPTS });
  return {
    placeOf,
    sessions,
    apiTokens,
    audit,
    identify: createIdentify({ sessions, apiTokens, access, placeOf, ids }),
    signInLinks: createSignInLinks({ secret, records, clock, ids }),
    invitations: createInvitations({ secret, records, clock, ids }),
    operator: createOperator({ token: secrets.operator, secret, appUrl, attempts, audit, placeOf, clock, ids }),
  };
}
