import { cookieAttributes, cookiesNamed } from "@/lib/auth/cookies";
import { deriveKey } from "@/lib/auth/secrets";
import { createTokens } from "@/lib/auth/token";
import type { Clock } from "@/lib/clock";
import type { Ids } from "@/lib/id";

const SESSION_COOKIE = "longhaul_session";
const YEAR_MS = 365 * 24 * 3_600_000;

interface SessionDeps {
  readonly secret: string;
  readonly appUrl: string | null;
  readonly clock: Clock;
  readonly ids: Ids;
}

export type Sessions = ReturnType<typeof createSessions>;

/** Who a browser is: a signed cookie that holds the owner's id, so that nothing has to be looked up. */
export function createSessions({ secret, appUrl, clock, ids }: SessionDeps) {
  const tokens = createTokens({ key: deriveKey(secret, "session"), clock, lifeMs: YEAR_MS });
  const attributes = cookieAttributes(appUrl, { lifeMs: YEAR_MS, sameSite: "Lax" });

  return {
    /** The owner whose session a request shows; null if it shows none of ours. */
    async read(request: Request): Promise<string | null> {
      for (const token of cookiesNamed(SESSION_COOKIE, request)) {
        const claims = await tokens.verify(token);
        if (claims) return claims.owner;
      }
      return null;
    },

    /** A session for a new owner, or for the one given, with the header that sets it. */
    async issue(owner: string = ids("own")): Promise<{ owner: string; setCookie: string }> {
      const token = await tokens.sign({ owner, id: ids("ses") });
      return { owner, setCookie: `${SESSION_COOKIE}=${token}${attributes}` };
    },
  };
}
