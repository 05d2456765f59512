import { type Finding, findingsOf } from "@/lib/doctor/finding";
import { kindOf, wordsFor } from "@/lib/doctor/look-alike";
import { mask } from "@/lib/doctor/secrecy";
import { setting, type Variables } from "@/lib/doctor/variables";

const CONSOLE = "the Upstash console, QStash";
const TRIO = ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"] as const;

/** QStash's token and its two signing keys: all three, each in its place. */
export function checkQstashVariables(variables: Variables): Finding[] {
  const isSet = TRIO.some((name) => setting(variables, name) !== undefined);
  const development = checkDevelopmentMode(variables);
  return isSet ? [...TRIO.map((name) => checkOne(variables, name)), ...checkTwins(variables), ...development] : [];
}

function checkOne(variables: Variables, name: (typeof TRIO)[number]): Finding {
  const { ok, wrong } = findingsOf(name);
  const value = setting(variables, name);
  if (value === undefined) {
    const others = TRIO.filter((other) => other !== name).join(" and ");
    return wrong(`is missing: it belongs together with ${others}.`, `Copy it from ${CONSOLE}.`);
  }
  const kind = kindOf(value);
  const expected = name === "QSTASH_TOKEN" ? "qstash-token" : "signing-key";
  if (kind && kind !== expected) {
    return wrong(`holds ${wordsFor(kind)}, but ${wordsFor(expected)} is meant.`, `Copy it from ${CONSOLE}.`);
  }
  const database = ["UPSTASH_REDIS_REST_TOKEN", "KV_REST_API_TOKEN"].find(
    (other) => setting(variables, other) === value,
  );
  if (database && kind === null) {
    return wrong(
      `holds the same as ${database}: the database and QStash have a token each.`,
      `Copy it from ${CONSOLE}.`,
    );
  }
  return ok(mask(value));
}

function checkTwins(variables: Variables): Finding[] {
  const [, current, next] = TRIO.map((name) => setting(variables, name));
  if (!current || current !== next) return [];
  const { wrong } = findingsOf("QSTASH_NEXT_SIGNING_KEY");
  return [wrong("holds the same as QSTASH_CURRENT_SIGNING_KEY.", `Copy the other key from ${CONSOLE}.`)];
}

function checkDevelopmentMode(variables: Variables): Finding[] {
  if (!setting(variables, "QSTASH_DEV")) return [];
  const says = "is set: QStash's library would then accept calls that anybody can sign.";
  return [findingsOf("QSTASH_DEV").wrong(says, "Remove it: the app does not start with it.")];
}
