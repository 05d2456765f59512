import { type NextRequest, NextResponse } from "next/server";
import { randomToken } from "@/lib/random";
import { pageGate } from "@/lib/server/page-sessions";

/** Pages for whoever is nobody yet: where he can become somebody. */
const FOR_ANYBODY = /^\/(invitation|link-expired|ops)(\/|$)/;

/**
 * Gives every page view its nonce, and a session before the page makes its first call: two calls at once
 * would each make an owner of their own, and one of them would lose its upload.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const gate = pageGate();
  const policy = gate.policyWith(randomToken());
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy); // where Next finds the nonce for its own scripts

  const identity = FOR_ANYBODY.test(request.nextUrl.pathname) ? null : await gate.identify(request);
  const isWelcome = identity === null || identity.kind === "owner";
  const response = isWelcome
    ? NextResponse.next({ request: { headers } })
    : NextResponse.rewrite(new URL("/invitation", request.url), { request: { headers } });
  if (identity?.kind === "owner" && identity.setCookie !== null) {
    response.headers.append("set-cookie", identity.setCookie);
  }
  response.headers.set("content-security-policy", policy);
  if (gate.isHttps) response.headers.set("strict-transport-security", "max-age=63072000");
  return response;
}

/** Pages only: a proxy cuts bodies at 10 MB in silence, and machines need no session. */
export const config = { matcher: ["/((?!api/|sign-in|_next/|.*\\..*).*)"] };
