import { expect, test } from "vitest";
import { isHeldBy } from "@/lib/core/condition";
import { aJob } from "@/tests/support/builders";

test("a worker holds a job as long as it runs under its token, and not once it is gone", () => {
  const job = aJob("running", { token: "mine" });
  const { id, holds } = isHeldBy(job);
  expect(id).toBe(job.id);
  const later = [{ ...job, commits: 9 }, { ...job, token: "theirs" }, aJob("queued"), null];
  expect(later.map(holds)).toEqual([true, false, false, false]);
});
