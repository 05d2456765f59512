import type { Audit } from "@/lib/auth/audit";
import { cookieAttributes, cookiesNamed } from "@/lib/auth/cookies";
import type { PlaceOf } from "@/lib/auth/place";
import { bearerOf, deriveKey, digestOf, secretMatches } from "@/lib/auth/secrets";
import { createTokens } from "@/lib/auth/token";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Ids } from "@/lib/id";

const OPERATOR_COOKIE = "longhaul_operator";
const LIFE_MS = 12 * 3_600_000;

/** Counts tries, in the store. */
interface Attempts {
  take(subject: string): Promise<number | null>;
  isSpent(subject: string): boolean;
}

interface OperatorDeps {
  /** Undefined: there is no operator, and nothing matches. */
  readonly token: string | undefined;
  readonly secret: string;
  readonly appUrl: string | null;
  readonly attempts: Attempts;
  readonly audit: Pick<Audit, "write">;
  readonly placeOf: PlaceOf;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Who may see and steer all: whoever knows the operator's token, in a cookie for half a day or as a bearer. */
export function createOperator(deps: OperatorDeps) {
  const { token, secret, appUrl, attempts, audit, placeOf, clock, ids } = deps;
  // The key follows from the token: a new token ends every operator's session.
  const sessions = createTokens({
    key: deriveKey(secret, `operator:${digestOf(token ?? "")}`),
    clock,
    lifeMs: LIFE_MS,
  });
  const attributes = (lifeMs: number) => cookieAttributes(appUrl, { lifeMs, sameSite: "Strict" });

  async function refuseGuesser(request: Request): Promise<void> {
    const freeAt = await attempts.take(placeOf(request));
    if (freeAt === null) return;
    const retryAfterS = Math.max(1, Math.ceil((freeAt - clock()) / 1_000));
    throw new AppError("too_many_requests", "Too many tries. Wait before the next one.", { details: { retryAfterS } });
  }

  async function hasBearer(request: Request): Promise<boolean> {
    const given = bearerOf(request);
    if (given === null || attempts.isSpent(placeOf(request))) return false;
    if (secretMatches(given, token)) return true;
    await refuseGuesser(request); // a wrong one is a try like any other
    return false;
  }

  return {
    async isOperator(request: Request): Promise<boolean> {
      if (token === undefined) return false;
      for (const cookie of cookiesNamed(OPERATOR_COOKIE, request)) if (await sessions.verify(cookie)) return true;
      return hasBearer(request);
    },

    /** The header that sets the operator's session; null if the token is wrong. @throws AppError `too_many_requests` */
    async signIn(request: Request, given: string): Promise<string | null> {
      await refuseGuesser(request);
      if (!secretMatches(given, token)) return null;
      await audit.write("Signed in");
      const session = await sessions.sign({ owner: "operator", id: ids("ses") });
      return `${OPERATOR_COOKIE}=${session}${attributes(LIFE_MS)}`;
    },

    /** The header that ends the session in this browser. */
    signOut: (): string => `${OPERATOR_COOKIE}=${attributes(0)}`,
  };
}
