import { type Finding, findingsOf } from "@/lib/doctor/finding";
import { kindOf, wordsFor } from "@/lib/doctor/look-alike";
import { mask } from "@/lib/doctor/secrecy";
import type { Targets } from "@/lib/doctor/targets";
import { setting, type Variables } from "@/lib/doctor/variables";

const MIN_LENGTH = { AUTH_SECRET: 32, CRON_SECRET: 16, WORKER_SECRET: 16, OPERATOR_TOKEN: 16 } as const;
const MAKE = "Make one: openssl rand -base64 32";

/** The app's own address and secrets, and what Vercel needs in place of a disk. */
export function checkAppVariables(variables: Variables, targets: Targets): Finding[] {
  return [
    ...checkAddress(variables, targets),
    ...checkSecrets(variables, targets),
    ...checkVercel(variables, targets),
    ...checkTls(variables),
  ];
}

function checkTls(variables: Variables): Finding[] {
  if (setting(variables, "NODE_TLS_REJECT_UNAUTHORIZED") !== "0") return [];
  const says = "is 0: certificates are not verified, so anybody in between can read and change everything.";
  return [findingsOf("NODE_TLS_REJECT_UNAUTHORIZED").wrong(says, "Remove it, and set NODE_EXTRA_CA_CERTS instead.")];
}

function checkAddress(variables: Variables, { qstash, isOnVercel, isHosted }: Targets): Finding[] {
  const { ok, warning, wrong } = findingsOf("APP_URL");
  const given = setting(variables, "APP_URL");
  const mustBePublic = qstash !== null || isOnVercel;
  if (given === undefined) {
    if (!isHosted || setting(variables, "VERCEL_PROJECT_PRODUCTION_URL")) return [];
    const todo = "Set it to the address under which people reach the app: https://jobs.example.com";
    const says = "is not set, so the app takes itself for http://127.0.0.1.";
    return [mustBePublic ? wrong(says, todo) : warning(says, todo)];
  }
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return [wrong("is no http address.", `Write it with its scheme: https://${given.replace(/^.*:\/\//, "")}`)];
  }
  if (url.pathname !== "/" || url.search) {
    return [wrong("has a path.", `Only the address of the site belongs there: ${url.origin}`)];
  }
  const isLocal = /^(localhost|127\.|\[::1\])/.test(url.hostname);
  if (isLocal && mustBePublic) {
    return [wrong(`is ${given}, which QStash and Vercel cannot reach.`, "Set the public address of the app.")];
  }
  if (url.protocol === "http:" && isHosted && !isLocal) {
    return [warning(`is ${given}: cookies travel unencrypted.`, "Put TLS in front and write https://")];
  }
  return [ok(url.origin)];
}

function checkSecrets(variables: Variables, { isHosted }: Targets): Finding[] {
  const names = Object.keys(MIN_LENGTH) as (keyof typeof MIN_LENGTH)[]; // the keys of a literal
  return names.flatMap((name) => {
    const { ok, warning, wrong } = findingsOf(name);
    const value = setting(variables, name);
    if (value === undefined) {
      if (!isHosted) return [];
      return name === "OPERATOR_TOKEN"
        ? [warning("is not set: nobody can sign in as operator.", MAKE)]
        : [wrong("is missing, and a hosted app does not start without it.", MAKE)];
    }
    if (value.length < MIN_LENGTH[name]) {
      return [wrong(`has ${value.length} characters, and needs ${MIN_LENGTH[name]}.`, MAKE)];
    }
    const twin = names.find((other) => other !== name && setting(variables, other) === value);
    return twin ? [warning(`holds the same as ${twin}.`, `Give each its own value. ${MAKE}`)] : [ok(mask(value))];
  });
}

function checkVercel(variables: Variables, { redis, qstash, blobToken, isOnVercel }: Targets): Finding[] {
  const findings: Finding[] = [];
  const need = (name: string, says: string, todo: string) => findings.push(findingsOf(name).wrong(says, todo));
  if (blobToken !== null && kindOf(blobToken) !== "blob-token") {
    const kind = kindOf(blobToken);
    const says = kind ? `holds ${wordsFor(kind)}.` : "does not look like Vercel Blob's token.";
    need(
      "BLOB_READ_WRITE_TOKEN",
      says,
      "It begins with vercel_blob_rw_. Copy it from Vercel, Storage, your Blob store.",
    );
  } else if (blobToken !== null) findings.push(findingsOf("BLOB_READ_WRITE_TOKEN").ok(mask(blobToken)));
  if (!isOnVercel) return findings;
  const isTried = (...names: string[]) => names.some((name) => setting(variables, name) !== undefined);
  if (!redis && !isTried("UPSTASH_REDIS_REST_URL", "KV_REST_API_URL", "REDIS_URL")) {
    need(
      "UPSTASH_REDIS_REST_URL",
      "is missing: Vercel has no disk that stays.",
      "Connect an Upstash Redis, or set REDIS_URL.",
    );
  }
  if (!qstash) need("QSTASH_TOKEN", "is missing: on Vercel only QStash can call the workers.", "Copy it from Upstash.");
  if (!blobToken) need("BLOB_READ_WRITE_TOKEN", "is missing: Vercel has no disk that stays.", "Connect a Blob store.");
  return findings;
}
