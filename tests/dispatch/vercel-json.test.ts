import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import vercel from "@/vercel.json" with { type: "json" };

test("vercel.json asks for no cron that Hobby would refuse to deploy: once a day, at a route that is there", () => {
  for (const { path, schedule } of vercel.crons) {
    expect(schedule).toMatch(/^\d+ \d+ \S+ \S+ \S+$/);
    expect(existsSync(`app${path}/route.ts`)).toBe(true);
  }
});
