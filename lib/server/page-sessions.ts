import { contentSecurityPolicy } from "@/lib/auth/content-security-policy";
import { createIdentify } from "@/lib/auth/identify";
import { createPlaceOf } from "@/lib/auth/place";
import { createSessions } from "@/lib/auth/session";
import { systemClock } from "@/lib/clock";
import { readEnv } from "@/lib/env";
import { createIds } from "@/lib/id";
import { secretsOf } from "@/lib/server/secrets";

/** Where Vercel Blob takes what browsers upload: this address, and those below it. */
const BLOB_API = ["https://vercel.com/api/blob", "https://vercel.com/api/blob/"];

type PageGate = ReturnType<typeof openGate>;
let gate: PageGate | undefined;

/** Who may see a page and what it may do, without opening a store: for the proxy, which runs before every page. */
export function pageGate(): PageGate {
  gate ??= openGate();
  return gate;
}

function openGate() {
  const env = readEnv();
  const secret = secretsOf(env).auth;
  const ids = createIds(systemClock);
  const sessions = createSessions({ secret, appUrl: env.appUrl, clock: systemClock, ids });
  const isHttps = env.appUrl.startsWith("https:");
  const uploadOrigins = env.files.kind === "blob" ? BLOB_API : [];
  return {
    isHttps,
    identify: createIdentify({ sessions, apiTokens: null, access: env.access, placeOf: createPlaceOf(secret), ids }),
    policyWith: (nonce: string) =>
      contentSecurityPolicy({ nonce, uploadOrigins, isHttps, isDevelopment: env.isDevelopment }),
  };
}
