/** What went wrong, and what to do about it, for somebody who has not seen the error before. */
export interface Explanation {
  readonly says: string;
  readonly todo: string;
}

const NETWORK: ReadonlyArray<readonly [code: RegExp, says: string, todo: string]> = [
  [
    /ENOTFOUND|EAI_AGAIN/,
    "there is no such host.",
    "Check the address for typing mistakes. A database that was deleted or archived loses its name too.",
  ],
  [/ECONNREFUSED/, "nobody listens there.", "Check the port, and that the server runs and may be reached from here."],
  [/ENOENT/, "there is no such socket.", "Check the path, and that the server runs."],
  [
    /ETIMEDOUT|TIMEOUT|TimeoutError|AbortError|timed out/i,
    "it did not answer in time.",
    "Check host and port, and whether a firewall or a private network stands between.",
  ],
  [
    /CERT_HAS_EXPIRED|SELF_SIGNED|UNABLE_TO|ALTNAME|CERT|LEAF_SIGNATURE/,
    "its certificate cannot be trusted.",
    "Use the host name that your provider gives. For an authority of your own set NODE_EXTRA_CA_CERTS to its file.",
  ],
  [
    /EPROTO|WRONG_VERSION|ERR_SSL|packet length/i,
    "it does not speak TLS on this port.",
    "Write redis:// (or http://) for a server without TLS, or use its TLS port.",
  ],
  [
    /ECONNRESET|EPIPE|UND_ERR_SOCKET|Connection is closed|socket hang up/i,
    "it hung up.",
    "A server that wants TLS hangs up on plain calls: write rediss:// (or https://). Otherwise ask your provider.",
  ],
];

const REDIS: ReadonlyArray<readonly [message: RegExp, says: string, todo: string]> = [
  [
    /^(WRONGPASS|NOAUTH|Unauthorized)|invalid password|HTTP 401/i,
    "it refused the token or password.",
    "Copy it again from your provider: it belongs to another database, or was reset.",
  ],
  [
    /^NOPERM.*\b(eval|evalsha|script)/i,
    "this user may not run scripts.",
    "Longhaul needs EVAL and EVALSHA: allow them to the user (ACL SETUSER … +eval +evalsha).",
  ],
  [
    /^(NOPERM|READONLY)/i,
    "this user or server may not write.",
    "Take the standard token instead of the read-only one, the primary instead of a replica, or a user who may write.",
  ],
  [/unknown command/i, "it does not know the command.", "Take a Redis from version 7 on, with scripts allowed."],
  [
    /max (daily )?requests? limit|max requests/i,
    "the plan's commands are used up.",
    "Wait for the next period, or choose a larger plan at Upstash.",
  ],
  [
    /DB capacity quota|^OOM/i,
    "the database is full.",
    "Shorten JOB_TTL_HOURS, or choose a larger plan. Reading and deleting still work.",
  ],
  [/^MISCONF/i, "it cannot save to its disk and refuses to write.", "Look at its log and at the room on its disk."],
  [/^LOADING/i, "it is still loading its data.", "Ask again in a moment."],
  [
    /CROSSSLOT|^MOVED|^ASK\b|^CLUSTERDOWN/i,
    "it is a cluster, which cannot change keys of different nodes in one step.",
    "Take a database with cluster mode disabled.",
  ],
];

/** Explains what a connection or a Redis has thrown. */
export function explain(error: unknown): Explanation {
  const text = textOf(error);
  const redis = REDIS.find(([message]) => message.test(text));
  if (redis) return { says: redis[1], todo: redis[2] };
  const code = codesOf(error);
  const network = NETWORK.find(([pattern]) => pattern.test(code) || pattern.test(text));
  if (network) return { says: network[1], todo: network[2] };
  return { says: `it failed: ${text.slice(0, 160)}`, todo: "If this says nothing to you, ask your provider." };
}

/** The first line without the command that clients append. */
function textOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  const message = error instanceof Error ? `${error.message}${cause}` : String(error);
  const [first = ""] = message.split(/, command was:|\n/, 1);
  return first.replace(/^(Redis refused a command: |Command failed: |The store is unavailable: )/, "");
}

/** Codes and names of an error and of what caused it: fetch hides the reason two floors down. */
function codesOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return "";
  const code = "code" in error ? String(error.code) : "";
  const inner = error instanceof AggregateError ? error.errors.map((one) => codesOf(one, depth + 1)).join(" ") : "";
  return [code, error.name, inner, codesOf(error.cause, depth + 1)].join(" ");
}
