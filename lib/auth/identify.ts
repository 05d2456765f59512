import type { createApiTokens } from "@/lib/auth/api-tokens";
import type { PlaceOf } from "@/lib/auth/place";
import { bearerOf } from "@/lib/auth/secrets";
import type { Sessions } from "@/lib/auth/session";
import { anonymousOwner, isAnonymous } from "@/lib/core/owner";
import type { Ids } from "@/lib/id";

/** Who is asking; `setCookie` is there if the answer must set a session. */
export type Identity =
  | { readonly kind: "owner"; readonly owner: string; readonly setCookie: string | null }
  | { readonly kind: "unauthenticated" | "invitation_needed" };

export type Identify = (request: Request) => Promise<Identity>;

interface IdentifyDeps {
  readonly sessions: Sessions;
  /** None where only browsers come. */
  readonly apiTokens: Pick<ReturnType<typeof createApiTokens>, "ownerOf"> | null;
  readonly access: "open" | "invite";
  readonly placeOf: PlaceOf;
  readonly ids: Ids;
}

/**
 * Says whose request it is. The one function to replace for another identity (Clerk, Auth.js): whatever
 * answers an owner's id that the caller cannot choose will do.
 */
export function createIdentify({ sessions, apiTokens, access, placeOf, ids }: IdentifyDeps): Identify {
  const isWelcome = (owner: string) => access === "open" || !isAnonymous(owner);

  return async function identify(request) {
    const token = apiTokens && bearerOf(request);
    // Who shows a token means to be its owner: a wrong one must not quietly become somebody new.
    const isToken = apiTokens !== null && token !== null;
    const known = isToken ? await apiTokens.ownerOf(token) : await sessions.read(request);
    if (isToken && known === null) return { kind: "unauthenticated" };
    if (known !== null) {
      return isWelcome(known) ? { kind: "owner", owner: known, setCookie: null } : { kind: "invitation_needed" };
    }
    if (access === "invite") return { kind: "invitation_needed" };
    return { kind: "owner", ...(await sessions.issue(anonymousOwner(ids("own"), placeOf(request)))) };
  };
}
