import { z } from "zod";

const bytes = z.coerce.number().pipe(z.int().positive());
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

  AUTH_SECRET: z.string().min(32).optional(),
  CRON_SECRET: z.string().min(16).optional(),
  WORKER_SECRET: z.string().min(16).optional(),

  JOB_TTL_HOURS: hours.default(24 * 3_600_000),
  FAILED_JOB_TTL_HOURS: hours.default(168 * 3_600_000),
  MAX_UPLOAD_BYTES: bytes.default(2 * 1024 ** 3),
  /** A smaller time budget for each worker call, for trying things. */
  MAX_SLICE_MS: z.coerce.number().pipe(z.int().positive()).optional(),
});

type Store =
  | { readonly kind: "upstash"; readonly url: string; readonly token: string }
  | { readonly kind: "redis"; readonly url: string }
  | { readonly kind: "sqlite" };

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
  const isHosted = env.VERCEL || env.HOSTED || store.kind !== "sqlite";
  refuseHalfHosted(env, isHosted);
  return {
    port: env.PORT,
    appUrl: appUrlOf(env),
    dataDir: env.DATA_DIR,
    isHosted,
    logLevel: env.LOG_LEVEL,
    store,
    secrets: { auth: env.AUTH_SECRET, cron: env.CRON_SECRET, worker: env.WORKER_SECRET },
    retention: { completedMs: env.JOB_TTL_HOURS, failedMs: env.FAILED_JOB_TTL_HOURS },
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    maxSliceMs: env.MAX_SLICE_MS,
  } as const;
}

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

function refuseHalfHosted(env: Parsed, isHosted: boolean): void {
  // Until files have a store of their own in the cloud, no setting makes this safe.
  if (env.VERCEL) throw new EnvError("Jobs and files would be kept on a disk that is gone with its Vercel instance.");
  const needed = ["AUTH_SECRET", "CRON_SECRET", "WORKER_SECRET"] as const;
  const missing = isHosted ? needed.filter((name) => env[name] === undefined) : [];
  if (missing.length > 0) throw new EnvError(`A hosted app needs these environment variables: ${missing.join(", ")}.`);
}
