import { expect, test } from "vitest";
import { countThrows } from "@/rehearsal/count-throws";

test("countThrows counts what cost a job an attempt, among all that a process prints", () => {
  const lines = [
    "✓ Ready in 300ms",
    '{"level":50,"jobId":"job_1","event":"job_threw"}',
    '{"level":50,"jobId":"job_1","err":{"name":"RetryableError"},"event":"slice_abandoned"}',
    '{"level":50,"jobId":"job_1","err":{"name":"StoreUnavailableError"},"event":"slice_abandoned"}',
    '{"level":50,"jobId":"job_2","event":"heartbeat_failed"}',
    '{"level":50,"jobId":"job_3","eve',
  ];
  expect(countThrows(lines.join("\n"))).toEqual(new Map([["job_1", 2]]));
});
