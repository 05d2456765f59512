import { type NextRequest, NextResponse } from "next/server";
import { pageSessions } from "@/lib/server/page-sessions";

/**
 * Gives every page view a session before the page makes its first call: two calls at once would each
 * make an owner of their own, and one of them would lose its upload.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const response = NextResponse.next();
  const sessions = pageSessions();
  if ((await sessions.read(request)) === null) {
    const { setCookie } = await sessions.issue();
    response.headers.append("set-cookie", setCookie);
  }
  return response;
}

/** Pages only: a proxy cuts bodies at 10 MB in silence, and machines need no session. */
export const config = { matcher: ["/((?!api/|sign-in|_next/|.*\\..*).*)"] };
