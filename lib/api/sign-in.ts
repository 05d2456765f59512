import { problemResponse, toProblem } from "@/lib/api/problem";
import { SignInQuery } from "@/lib/contracts/sign-in-links";
import { createLog } from "@/lib/log";
import { server } from "@/lib/server";

const seeOther = (location: string, headers: Readonly<Record<string, string>> = {}) =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store", ...headers } });

/** A header can hold no other characters. What is ASCII stays: read as an address and written again, `/.//x` would lead to another host. */
const inAscii = (path: string) => path.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);

/** Follows a sign-in link: sets the session and goes on to its page; an old link leads to a page that says so. */
export async function redeemSignInLink(request: Request): Promise<Response> {
  try {
    const query = SignInQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    const { sessions, signInLinks } = await server();
    const owner = query.success ? await signInLinks.redeem(query.data.token) : null;
    if (owner === null || !query.success) return seeOther("/link-expired");
    const { setCookie } = await sessions.issue(owner);
    return seeOther(inAscii(query.data.path), { "set-cookie": setCookie });
  } catch (error) {
    createLog("error").error("sign_in_failed", error);
    return problemResponse(toProblem(error));
  }
}
