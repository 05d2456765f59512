import { spawnSync } from "node:child_process";
import bullmq from "bullmq/package.json" with { type: "json" };

/** What was measured with: `Node v24.21.0, SQLite 3.53.4, Redis 7.0.15, BullMQ 6.7.0`. */
export function versionsOf(): string {
  const redis = /v=(\S+)/.exec(spawnSync("redis-server", ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1];
  const { version, versions } = process;
  return `Node ${version}, SQLite ${versions.sqlite}, Redis ${redis ?? "none"}, BullMQ ${bullmq.version}`;
}
