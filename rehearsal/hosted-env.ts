/** Where the rehearsed cloud listens. */
export interface Cloud {
  readonly appUrl: string;
  readonly redis: { readonly url: string; readonly token: string };
  readonly qstash: {
    readonly url: string;
    readonly token: string;
    readonly currentSigningKey: string;
    readonly nextSigningKey: string;
  };
  readonly blob: { readonly token: string; readonly apiUrl: string };
}

/** The environment of one instance of a hosted app: nothing of ours leaks into it but what a process needs to run. */
export function hostedEnv(
  { appUrl, redis, qstash, blob }: Cloud,
  { dataDir, limitMs }: { dataDir: string; limitMs: number },
) {
  const { PATH = "", HOME = "" } = process.env;
  return {
    PATH,
    HOME,
    NEXT_TELEMETRY_DISABLED: "1",
    LOG_LEVEL: "warn",
    HOSTED: "1",
    ACCESS: "open",
    APP_URL: appUrl,
    DATA_DIR: dataDir,
    MAX_SLICE_MS: String(limitMs),
    AUTH_SECRET: "a secret of the rehearsal, long enough",
    CRON_SECRET: "cron secret of the rehearsal",
    WORKER_SECRET: "worker secret of the rehearsal",
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
    QSTASH_URL: qstash.url,
    QSTASH_TOKEN: qstash.token,
    QSTASH_CURRENT_SIGNING_KEY: qstash.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: qstash.nextSigningKey,
    BLOB_READ_WRITE_TOKEN: blob.token,
    VERCEL_BLOB_API_URL: blob.apiUrl,
  };
}
