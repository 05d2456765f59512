import { createSessions } from "@/lib/auth/session";
import { systemClock } from "@/lib/clock";
import { readEnv } from "@/lib/env";
import { createIds } from "@/lib/id";
import { secretsOf } from "@/lib/server/secrets";

let sessions: ReturnType<typeof createSessions> | undefined;

/** The application's sessions alone, without opening a store: for the proxy, which runs before every page. */
export function pageSessions() {
  if (sessions) return sessions;
  const env = readEnv();
  const ids = createIds(systemClock);
  sessions = createSessions({ secret: secretsOf(env).auth, appUrl: env.appUrl, clock: systemClock, ids });
  return sessions;
}
