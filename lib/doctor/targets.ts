import { firstOf, setting, type Variables } from "@/lib/doctor/variables";

export type RedisTarget =
  | { readonly kind: "rest"; readonly url: string; readonly token: string }
  | { readonly kind: "tcp"; readonly url: string };

export interface QstashTarget {
  readonly url: string;
  readonly token: string;
}

/** What the variables lead to, as far as they can be followed: one wrong variable must not hide what the others say. */
export interface Targets {
  readonly redis: RedisTarget | null;
  readonly qstash: QstashTarget | null;
  readonly signingKeys: { readonly current: string; readonly next: string } | null;
  readonly blobToken: string | null;
  readonly bypassSecret: string | null;
  readonly workerSecret: string | null;
  readonly appUrl: string;
  readonly dataDir: string;
  readonly isHosted: boolean;
  readonly isOnVercel: boolean;
}

export function targetsOf(variables: Variables): Targets {
  const get = (name: string) => setting(variables, name);
  const redis = redisOf(variables);
  const token = get("QSTASH_TOKEN");
  const current = get("QSTASH_CURRENT_SIGNING_KEY");
  const next = get("QSTASH_NEXT_SIGNING_KEY");
  const blobToken = get("BLOB_READ_WRITE_TOKEN") ?? null;
  const isSet = (name: string) => /^(1|true|yes|on|y|enabled)$/i.test(get(name) ?? "");
  const isOnVercel = isSet("VERCEL");
  return {
    redis,
    qstash: token ? { token, url: withoutSlash(get("QSTASH_URL") ?? "https://qstash.upstash.io") } : null,
    signingKeys: current && next ? { current, next } : null,
    blobToken,
    bypassSecret: get("VERCEL_AUTOMATION_BYPASS_SECRET") ?? null,
    workerSecret: get("WORKER_SECRET") ?? null,
    appUrl: appUrlOf(variables),
    dataDir: get("DATA_DIR") ?? ".data",
    isHosted: isOnVercel || isSet("HOSTED") || redis !== null || token !== undefined || blobToken !== null,
    isOnVercel,
  };
}

function redisOf(variables: Variables): RedisTarget | null {
  const url = firstOf(variables, "UPSTASH_REDIS_REST_URL", "KV_REST_API_URL")?.value;
  const token = firstOf(variables, "UPSTASH_REDIS_REST_TOKEN", "KV_REST_API_TOKEN")?.value;
  if (url && token && /^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    return { kind: "rest", url: withoutSlash(url), token };
  }
  const tcp = setting(variables, "REDIS_URL");
  return tcp && /^rediss?:$/.test(URL.parse(tcp)?.protocol ?? "") ? { kind: "tcp", url: tcp } : null;
}

function appUrlOf(variables: Variables): string {
  const production = setting(variables, "VERCEL_PROJECT_PRODUCTION_URL");
  const given = setting(variables, "APP_URL") ?? (production && `https://${production}`);
  const isUsable = /^https?:$/.test(URL.parse(given ?? "")?.protocol ?? "");
  return given && isUsable ? withoutSlash(given) : `http://127.0.0.1:${setting(variables, "PORT") ?? "3000"}`;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
