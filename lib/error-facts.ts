export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string | number;
  readonly cause?: ErrorFacts;
  readonly errors?: readonly ErrorFacts[];
}

/** A chain that is longer goes in a circle, or tells nothing more. */
const MAX_DEPTH = 5;
const MAX_MESSAGE = 1_000;

/** What libraries quote in their messages: the command that failed, the text that would not parse, the address with its password. */
const QUOTED: ReadonlyArray<readonly [what: RegExp, instead: string]> = [
  [/,? command was: [\s\S]*/i, ", command was: …"],
  [/(?:\.\.\.)?"[\s\S]*is not valid JSON/, "… is not valid JSON"],
  [/\/\/[^\s/@]+@/g, "//…@"],
  [/\b(Bearer|Basic) +[^\s"',]+/gi, "$1 …"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "…"],
];

/**
 * An error as a log may tell it: what, where and why. Whatever else hangs on an error stays there, for
 * libraries hang on it what they were sent: commands with their arguments, requests with their headers.
 */
export function errorFacts(error: unknown, depth = MAX_DEPTH): ErrorFacts {
  if (!(error instanceof Error))
    return {
      type: typeof error,
      message: "Something was thrown that is no error. Throw an Error: its message is logged.",
      stack: "",
    };
  const message = QUOTED.reduce((text, [what, instead]) => text.replace(what, instead), error.message);
  const shown = message.slice(0, MAX_MESSAGE);
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const isDeeper = depth > 1;
  return {
    type: error.name,
    message: shown,
    stack: [`${error.name}: ${shown}`, ...frames].join("\n"),
    ...codeOf(error),
    ...(isDeeper && error.cause !== undefined ? { cause: errorFacts(error.cause, depth - 1) } : {}),
    ...(isDeeper && error instanceof AggregateError
      ? { errors: error.errors.slice(0, MAX_DEPTH).map((each) => errorFacts(each, depth - 1)) }
      : {}),
  };
}

/** `ECONNREFUSED`, `SQLITE_FULL`, `not_found`: a word of the program's, not of its users. */
function codeOf(error: Error): Pick<ErrorFacts, "code"> {
  if (!("code" in error)) return {};
  const { code } = error;
  return typeof code === "number" || (typeof code === "string" && /^\w{1,64}$/.test(code)) ? { code } : {};
}
