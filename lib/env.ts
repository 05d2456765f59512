import { z } from "zod";

const bytes = z.coerce.number().pipe(z.int().positive());
const count = z.coerce.number().pipe(z.int().positive());
/** Whole milliseconds: instants are, and a record with a fraction of one could not be read back. */
const hours = z.coerce
  .number()
  .pipe(z.number().positive())
  .transform((given) => Math.ceil(given * 3_600_000));
const port = z.coerce.number().pipe(z.int().min(1).max(65_535));
const httpUrl = z.url({ protocol: /^https?$/ });
const flag = z.stringbool();

const Variables = z.object({
  PORT: port.default(3000),
  APP_URL: httpUrl.optional(),
  DATA_DIR: z.string().default(".data"),
  HOSTED: flag.default(false),
  VERCEL: flag.default(false),
  VERCEL_PROJECT_PRODUCTION_URL: z.string().optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),

  UPSTASH_REDIS_REST_URL: httpUrl.optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
  KV_REST_API_URL: httpUrl.optional(),
  KV_REST_API_TOKEN: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),

  QSTASH_TOKEN: z.string().optional(),
  QSTASH_CURRENT_SIGNING_KEY: z.string().optional(),
  QSTASH_NEXT_SIGNING_KEY: z.string().optional(),
  QSTASH_URL: httpUrl.default("https://qstash.upstash.io"),
  QSTASH_DEV: z.string().optional(),
  BLOB_READ_WRITE_TOKEN: z.string().optional(),
  VERCEL_BLOB_CALLBACK_URL: httpUrl.optional(),
  VERCEL_AUTOMATION_BYPASS_SECRET: z.string().optional(),

  AUTH_SECRET: z.string().min(32).optional(),
  CRON_SECRET: z.string().min(16).optional(),
  WORKER_SECRET: z.string().min(16).optional(),
  OPERATOR_TOKEN: z.string().min(16).optional(),
  ACCESS: z.enum(["open", "invite"]).optional(),
  QUOTA_ACTIVE_JOBS: count.default(100),
  QUOTA_STORED_BYTES: bytes.default(5 * 1024 ** 3),
  QUOTA_MUTATIONS_PER_MINUTE: count.default(120),
  QUOTA_SCHEDULES: count.default(50),
  /** Set by Next itself. It decides nothing but what a page may run: React's tools evaluate text. */
  NODE_ENV: z.string().optional(),

  /** Webhooks may go to one's own machine and over plain http, for trying things. */
  WEBHOOK_ALLOW_PRIVATE: flag.default(false),

  JOB_TTL_HOURS: hours.default(24 * 3_600_000),
  FAILED_JOB_TTL_HOURS: hours.default(168 * 3_600_000),
  MAX_UPLOAD_BYTES: bytes.default(2 * 1024 ** 3),
  /** A smaller time budget for each worker call, for trying things. */
  MAX_SLICE_MS: z.coerce.number().pipe(z.int().positive()).optional(),
  /** How many threads read statements; 1 for none but the one that does everything else. */
  READER_THREADS: z.coerce.number().pipe(z.int().min(1).max(16)).optional(),
});

type Store =
  | { readonly kind: "upstash"; readonly url: string; readonly token: string }
  | { readonly kind: "redis"; readonly url: string }
  | { readonly kind: "sqlite" };

/** Who calls the workers: QStash, or this process itself. */
type Dispatch =
  | {
      readonly kind: "qstash";
      readonly url: string;
      readonly token: string;
      readonly currentSigningKey: string;
      readonly nextSigningKey: string;
      /** Lets QStash through the protection of preview deployments. */
      readonly bypassSecret: string | undefined;
    }
  | { readonly kind: "local" };

type Files =
  | {
      readonly kind: "blob";
      readonly token: string;
      /** Where Vercel Blob tells that a browser's upload has ended; null where it cannot reach the app. */
      readonly callbackOrigin: string | null;
    }
  | { readonly kind: "disk" };

/** What the process was told, parsed. Secrets may be missing on the embedded default, where they are made. */
export type Env = ReturnType<typeof readEnv>;

/** A setting that cannot be used. The message names the variable and what to do, never its value. */
export class EnvError extends Error {
  override readonly name: string = "EnvError";
}

/**
 * Parses the environment, once for each process.
 *
 * @throws EnvError naming every variable that is wrong or missing.
 */
export function readEnv(variables: Readonly<Record<string, string | undefined>> = process.env) {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new EnvError(`These environment variables cannot be used:\n${issues.join("\n")}`);
  }
  const env = parsed.data;
  const store = storeOf(env);
  const dispatch = dispatchOf(env);
  const files = filesOf(env);
  const isHosted =
    env.VERCEL || env.HOSTED || store.kind !== "sqlite" || dispatch.kind !== "local" || files.kind !== "disk";
  if (isHosted) refuseHalfHosted(env, { store, dispatch, files });
  return {
    port: env.PORT,
    appUrl: appUrlOf(env),
    dataDir: env.DATA_DIR,
    isHosted,
    logLevel: env.LOG_LEVEL,
    store,
    dispatch,
    files,
    /** Who may begin to use the app: anybody, or those whom the operator invites. */
    access: env.ACCESS ?? (isHosted ? "invite" : "open"),
    secrets: { auth: env.AUTH_SECRET, cron: env.CRON_SECRET, worker: env.WORKER_SECRET, operator: env.OPERATOR_TOKEN },
    retention: { completedMs: env.JOB_TTL_HOURS, failedMs: env.FAILED_JOB_TTL_HOURS },
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    maxSliceMs: env.MAX_SLICE_MS,
    webhooks: { allowPrivate: env.WEBHOOK_ALLOW_PRIVATE },
    readerThreads: env.READER_THREADS,
    /** What one owner may use; null on the embedded default, where everybody is at home. */
    quotas: isHosted
      ? {
          activeJobs: env.QUOTA_ACTIVE_JOBS,
          storedBytes: env.QUOTA_STORED_BYTES,
          mutationsPerMinute: env.QUOTA_MUTATIONS_PER_MINUTE,
          schedules: env.QUOTA_SCHEDULES,
        }
      : null,
    isDevelopment: env.NODE_ENV === "development",
  } as const;
}

/** The environment as it was given: for saying what is wrong with it. */
export const rawVariables = (): Readonly<Record<string, string | undefined>> => process.env;

type Parsed = z.output<typeof Variables>;

function storeOf(env: Parsed): Store {
  const url = env.UPSTASH_REDIS_REST_URL ?? env.KV_REST_API_URL;
  const token = env.UPSTASH_REDIS_REST_TOKEN ?? env.KV_REST_API_TOKEN;
  if (url && token) return { kind: "upstash", url, token };
  if (url || token) {
    throw new EnvError("UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN belong together: set both or none.");
  }
  return env.REDIS_URL ? { kind: "redis", url: env.REDIS_URL } : { kind: "sqlite" };
}

function appUrlOf({ APP_URL, VERCEL_PROJECT_PRODUCTION_URL, PORT }: Parsed): string {
  const url = APP_URL ?? (VERCEL_PROJECT_PRODUCTION_URL && `https://${VERCEL_PROJECT_PRODUCTION_URL}`);
  return (url ?? `http://127.0.0.1:${PORT}`).replace(/\/+$/, "");
}

/** On somebody's own machine, as far as others are concerned. */
const LOOPBACK = /^http:\/\/(localhost|127\.|\[::1])/;

function filesOf(env: Parsed): Files {
  if (!env.BLOB_READ_WRITE_TOKEN) return { kind: "disk" };
  const appUrl = appUrlOf(env);
  const callbackOrigin = env.VERCEL_BLOB_CALLBACK_URL?.replace(/\/+$/, "") ?? (LOOPBACK.test(appUrl) ? null : appUrl);
  return { kind: "blob", token: env.BLOB_READ_WRITE_TOKEN, callbackOrigin };
}

function dispatchOf(env: Parsed): Dispatch {
  const { QSTASH_TOKEN: token, QSTASH_CURRENT_SIGNING_KEY: current, QSTASH_NEXT_SIGNING_KEY: next } = env;
  if (token && current && next) {
    return {
      kind: "qstash",
      url: env.QSTASH_URL.replace(/\/+$/, ""),
      token,
      currentSigningKey: current,
      nextSigningKey: next,
      bypassSecret: env.VERCEL_AUTOMATION_BYPASS_SECRET,
    };
  }
  if (token || current || next) {
    throw new EnvError(
      "QSTASH_TOKEN, QSTASH_CURRENT_SIGNING_KEY and QSTASH_NEXT_SIGNING_KEY belong together: set all three or none.",
    );
  }
  return { kind: "local" };
}

/** A hosted app starts with all that it needs, or not at all: half of it would lose jobs, or let anybody in. */
function refuseHalfHosted(
  env: Parsed,
  { store, dispatch, files }: { readonly store: Store; readonly dispatch: Dispatch; readonly files: Files },
): void {
  if (env.QSTASH_DEV) {
    throw new EnvError("QSTASH_DEV makes its SDK accept calls signed with published keys. Unset it on a hosted app.");
  }
  if (env.WEBHOOK_ALLOW_PRIVATE) {
    throw new EnvError("WEBHOOK_ALLOW_PRIVATE opens our network to whoever makes a webhook. Unset it on a hosted app.");
  }
  const secrets = ["AUTH_SECRET", "CRON_SECRET", "WORKER_SECRET"] as const;
  const missing: string[] = secrets.filter((name) => env[name] === undefined);
  if (env.VERCEL) {
    // An instance ends with its disk and its timers.
    if (store.kind === "sqlite") missing.push("UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN (or REDIS_URL)");
    if (dispatch.kind === "local") {
      missing.push("QSTASH_TOKEN, QSTASH_CURRENT_SIGNING_KEY and QSTASH_NEXT_SIGNING_KEY");
    }
    if (files.kind === "disk") missing.push("BLOB_READ_WRITE_TOKEN");
  }
  if (missing.length > 0) throw new EnvError(`A hosted app needs these environment variables: ${missing.join(", ")}.`);
}

/** Whether this is `npm run dev`, where modules change while the application runs. */
export const isDevelopment = (): boolean => process.env.NODE_ENV === "development";
