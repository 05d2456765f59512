/**
 * What became of a command that failed. `transient`: it may have been carried out, and sending it again may help.
 * `unavailable`: the server will not serve us for now. `refused`: the command was wrong, which is our mistake.
 */
export interface CommandError {
  readonly kind: "transient" | "unavailable" | "refused";
  /** Carries no command, script or payload. */
  readonly message: string;
}

/** Redis' own answers begin with a code in capitals; whatever else is thrown comes from the way there. */
const CODE = /^[A-Z]{2,}(?= |$)/;
const PASSING_CODES = new Set(["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "READONLY"]);
const LASTING_CODES = new Set(["NOAUTH", "WRONGPASS", "NOPERM", "OOM", "MISCONF"]);
/** Upstash's own limits all come under the code ERR. */
const LIMIT = /^ERR (?:max (?:daily )?requests? limit|max requests|DB capacity quota) ?/i;

export function describeCommandError(error: unknown): CommandError {
  const message = messageOf(error);
  const code = CODE.exec(message)?.[0];
  if (code === undefined) return { kind: /^Unauthorized/.test(message) ? "unavailable" : "transient", message };
  if (PASSING_CODES.has(code)) return { kind: "transient", message };
  return { kind: LASTING_CODES.has(code) || LIMIT.test(message) ? "unavailable" : "refused", message };
}

/** The client appends the whole command, Redis the hash of the script; an HTML page is no message at all. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  if (error.name === "UpstashJSONParseError") return "the answer was not JSON";
  const [message = ""] = error.message.split(/, command was:| script: /, 1);
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `${message.split("\n", 1)[0]}${code}`.slice(0, 200);
}
