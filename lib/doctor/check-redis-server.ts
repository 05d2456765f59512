import { attempt } from "@/lib/doctor/check-redis";
import type { Check, Finding, findingsOf } from "@/lib/doctor/finding";
import type { RedisProbe } from "@/lib/doctor/redis-probe";

type Say = ReturnType<typeof findingsOf>;
type Facts = ReadonlyMap<string, string>;

const MIN_VERSION = 7;
const FULL_SHARE = 0.8;

/** Which Redis it is and how it was set up, as far as it tells. */
export function checkRedisServer({ probe }: { readonly probe: RedisProbe }): readonly Check[] {
  let facts: Promise<Facts | null> | undefined;
  const read = () => {
    facts ??= probe.call("INFO").then(parseInfo, () => null);
    return facts;
  };
  const look = (name: string, see: (facts: Facts, say: Say) => Finding | Promise<Finding>) =>
    attempt(name, async (say) => {
      const found = await read();
      return [found ? await see(found, say) : say.ok("it does not tell here; your provider's console does.")];
    });
  return [
    look("redis: version", seeVersion),
    look("redis: eviction", seeEviction),
    look("redis: memory", seeMemory),
    look("redis: persistence", (found, say) => seePersistence(found, say, probe)),
  ];
}

function parseInfo(text: unknown): Facts {
  const lines = String(text).matchAll(/^([a-z0-9_]+):(.*?)\r?$/gm);
  return new Map(Array.from(lines, ([, name = "", value = ""]) => [name, value]));
}

function seeVersion(facts: Facts, { ok, wrong }: Say): Finding {
  if (facts.get("redis_mode") === "cluster") {
    const says = "it is a cluster, which cannot change keys of different nodes in one step.";
    return wrong(says, "Take a database with cluster mode disabled.");
  }
  if (facts.get("role") === "slave") {
    return wrong("it is a replica, which only reads.", "Take the address of the primary.");
  }
  const version = facts.get("redis_version") ?? facts.get("valkey_version");
  if (!version) return ok("it does not tell its version.");
  if (Number.parseInt(version, 10) >= MIN_VERSION) return ok(`Redis ${version}.`);
  return wrong(`Redis ${version} is too old.`, `Longhaul needs version ${MIN_VERSION} or newer.`);
}

function seeEviction(facts: Facts, { ok, wrong }: Say): Finding {
  const policy = facts.get("maxmemory_policy");
  if (!policy) return ok("it does not tell its policy; on Upstash eviction is off unless you switched it on.");
  if (policy === "noeviction") return ok("nothing is thrown away when it is full (noeviction).");
  const says = `when it is full it throws keys away (${policy}): jobs would vanish.`;
  return wrong(says, "Set maxmemory-policy to noeviction.");
}

function seeMemory(facts: Facts, { ok, warning }: Say): Finding {
  const used = Number(facts.get("used_memory") ?? Number.NaN);
  const max = Number(facts.get("maxmemory") ?? 0);
  if (!Number.isFinite(used)) return ok("it does not tell how full it is.");
  const says = `${megabytes(used)} used${max > 0 ? ` of ${megabytes(max)}` : ", without a limit of its own"}.`;
  if (max === 0 || used / max < FULL_SHARE) return ok(says);
  return warning(says, "Shorten JOB_TTL_HOURS, or give it more memory: a full Redis refuses new jobs.");
}

async function seePersistence(facts: Facts, { ok, warning }: Say, probe: RedisProbe): Promise<Finding> {
  const aof = facts.get("aof_enabled");
  if (aof === undefined) return ok("it does not tell; Upstash keeps everything on disk.");
  if (aof === "1") return ok("every write is kept (append-only file).");
  // Many providers do not let CONFIG be asked; then the log alone decides.
  const config = await probe.call("CONFIG", "GET", "save").catch(() => null);
  const save = Array.isArray(config) ? String(config[1] ?? "") : null;
  const says = save === "" ? "nothing is kept on disk: a restart loses every job." : "only snapshots are kept.";
  return warning(says, "Switch the append-only file on: appendonly yes.");
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
