import { describe, expect, test } from "vitest";
import { checkPlan } from "@/lib/doctor/check-plan";
import type { RedisTarget } from "@/lib/doctor/targets";

const UPSTASH: RedisTarget = { kind: "rest", url: "https://eu1-sample-12345.upstash.io", token: "token" };

async function planFor(kept: number, target: RedisTarget = UPSTASH) {
  const asked: (readonly string[])[] = [];
  const call = async (...command: readonly string[]) => {
    asked.push(command);
    return kept;
  };
  const findings = await checkPlan({ target, probe: { call, close() {} } }).run();
  return { asked, findings };
}

describe("the plan's estimate", () => {
  test("is the sweeps of a month where no jobs are", async () => {
    const { asked, findings } = await planFor(0);
    expect(asked).toEqual([["ZCARD", "longhaul:set:due"]]);
    expect(findings.map(({ verdict }) => verdict)).toEqual(["ok"]);
    expect(findings[0]?.says).toContain("make 86,400 commands a month at most");
  });

  test("warns when it is more than the free plan has", async () => {
    const { findings } = await planFor(1_000);
    expect(findings.map(({ verdict }) => verdict)).toEqual(["warning"]);
    expect(findings[0]?.says).toContain("make 686,400 commands");
    expect(findings[0]?.says).toContain("they are $1.37");
  });

  test.each<[string, RedisTarget]>([
    ["over TCP", { kind: "tcp", url: "rediss://redis.sample.dev:6379" }],
    ["at another address", { kind: "rest", url: "http://127.0.0.1:8079", token: "token" }],
  ])("is not made for a Redis %s, whose commands nobody bills", async (_, target) => {
    expect(await planFor(1_000, target)).toEqual({ asked: [], findings: [] });
  });
});
