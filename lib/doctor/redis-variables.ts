import { type Finding, findingsOf } from "@/lib/doctor/finding";
import { kindOf, wordsFor } from "@/lib/doctor/look-alike";
import { mask, maskAddress } from "@/lib/doctor/secrecy";
import { firstOf, setting, type Variables } from "@/lib/doctor/variables";

const CONSOLE = "the Upstash console, your database, REST API";

/** The two variables of Redis over REST, or the one over TCP: are they what they should be, and do they agree? */
export function checkRedisVariables(variables: Variables): Finding[] {
  const url = firstOf(variables, "UPSTASH_REDIS_REST_URL", "KV_REST_API_URL");
  const token = firstOf(variables, "UPSTASH_REDIS_REST_TOKEN", "KV_REST_API_TOKEN");
  const tcp = setting(variables, "REDIS_URL");
  const rest = url || token ? checkRest(variables, url, token) : [];
  const tcpFindings = tcp ? checkTcp(tcp) : [];
  if (url && token && tcp) {
    const says = `both ${url.name} and REDIS_URL are set: the app uses ${url.name}.`;
    tcpFindings.push(findingsOf("REDIS_URL").warning(says, "Remove the one that you do not mean."));
  }
  return [...rest, ...tcpFindings];
}

type Named = { readonly name: string; readonly value: string } | undefined;

function checkRest(variables: Variables, url: Named, token: Named): Finding[] {
  const urlName = url?.name ?? "UPSTASH_REDIS_REST_URL";
  const tokenName = token?.name ?? "UPSTASH_REDIS_REST_TOKEN";
  return [
    url ? checkRestUrl(urlName, url.value) : missing(urlName, tokenName),
    token ? checkRestToken(variables, tokenName, token.value) : missing(tokenName, urlName),
  ];
}

const missing = (name: string, partner: string): Finding =>
  findingsOf(name).wrong(`is missing: it belongs together with ${partner}.`, `Copy it from ${CONSOLE}.`);

function checkRestUrl(name: string, value: string): Finding {
  const { ok, wrong } = findingsOf(name);
  if (kindOf(value) === "tcp-address") {
    const todo = `Put the https address from ${CONSOLE} here, or move this one to REDIS_URL.`;
    return wrong("holds the address for TCP (redis:// or rediss://), but the REST address is meant.", todo);
  }
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? "")) {
    return wrong("is no https address.", `It looks like https://name-12345.upstash.io. Copy it from ${CONSOLE}.`);
  }
  return ok(maskAddress(value));
}

function checkRestToken(variables: Variables, name: string, value: string): Finding {
  const { ok, wrong } = findingsOf(name);
  const isReadOnly = value === setting(variables, "KV_REST_API_READ_ONLY_TOKEN");
  const kind = isReadOnly ? "read-only-token" : kindOf(value);
  const isQstash = value === setting(variables, "QSTASH_TOKEN");
  if (kind || isQstash) {
    const says = `holds ${wordsFor(kind ?? "qstash-token")}, but the token of the database is meant.`;
    return wrong(says, `Copy the standard token (not the read-only one) from ${CONSOLE}.`);
  }
  return ok(mask(value));
}

function checkTcp(value: string): Finding[] {
  const { ok, warning, wrong } = findingsOf("REDIS_URL");
  if (/^redis-cli\b/.test(value)) {
    return [wrong("holds a whole command.", "Keep only the address in it: rediss://default:password@host:6379")];
  }
  if (kindOf(value) === "rest-address") {
    const todo = "Move it to UPSTASH_REDIS_REST_URL with its token, or put the rediss:// address here.";
    return [wrong("holds an https address, but the address for TCP is meant.", todo)];
  }
  const url = URL.parse(value);
  if (!url || !/^rediss?:$/.test(url.protocol)) {
    return [wrong("is no redis address.", "It looks like rediss://default:password@host:6379 (redis:// without TLS).")];
  }
  if (url.protocol === "redis:" && url.hostname.endsWith(".upstash.io")) {
    return [wrong("asks Upstash without TLS, which it refuses.", "Write rediss:// in place of redis://")];
  }
  if (url.protocol === "redis:" && !isPrivate(url.hostname)) {
    const says = `${maskAddress(value)}: password and data travel unencrypted.`;
    return [warning(says, "Write rediss:// if your provider offers TLS, or keep Redis in a private network.")];
  }
  return [ok(maskAddress(value))];
}

/** Hosts that are reached without the internet: this machine, a private network, a name without a domain. */
const isPrivate = (host: string) =>
  /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(host) ||
  !host.includes(".") ||
  /\.(internal|local)$/.test(host);
