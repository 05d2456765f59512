import { beforeEach, describe } from "vitest";
import type { Ledger } from "@/lib/core/ledger";
import { describeActive } from "@/tests/conformance/job-store/active";
import { describeChildren } from "@/tests/conformance/job-store/children";
import { describeClaim } from "@/tests/conformance/job-store/claim";
import { describeCommit } from "@/tests/conformance/job-store/commit";
import { describeControl } from "@/tests/conformance/job-store/control";
import { describeDamaged } from "@/tests/conformance/job-store/damaged";
import { describeEnqueue } from "@/tests/conformance/job-store/enqueue";
import { describeFailures } from "@/tests/conformance/job-store/failures";
import { describeKeeping } from "@/tests/conformance/job-store/keeping";
import { describeLanes } from "@/tests/conformance/job-store/lanes";
import { describeOvertaken } from "@/tests/conformance/job-store/overtaken";
import { describeQueuePause } from "@/tests/conformance/job-store/queue-pause";
import { describeRates } from "@/tests/conformance/job-store/rates";
import { describeReads } from "@/tests/conformance/job-store/reads";
import { describeSettle } from "@/tests/conformance/job-store/settle";
import { describeTend } from "@/tests/conformance/job-store/tend";
import { describeTimeLimits } from "@/tests/conformance/job-store/time-limits";
import { describeUnique } from "@/tests/conformance/job-store/unique";
import { describeWakes } from "@/tests/conformance/job-store/wakes";
import { createJobBench, type JobBench } from "@/tests/support/job-bench";

/** What the job store must do over any ledger. Each adapter's test runs it against a fresh, empty one. */
export function describeJobStore(name: string, setup: () => Promise<Ledger>) {
  describe(`the job store over ${name}`, () => {
    let bench: JobBench;
    beforeEach(async () => {
      bench = createJobBench(await setup());
    });
    const current = () => bench;

    describeEnqueue(current);
    describeActive(current);
    describeClaim(current);
    describeCommit(current);
    describeSettle(current);
    describeControl(current);
    describeChildren(current);
    describeOvertaken(current);
    describeWakes(current);
    describeLanes(current);
    describeTend(current);
    describeReads(current);
    describeFailures(current);
    describeUnique(current);
    describeKeeping(current);
    describeRates(current);
    describeTimeLimits(current);
    describeQueuePause(current);
    describeDamaged(current);
  });
}
