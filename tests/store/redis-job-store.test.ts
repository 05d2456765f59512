import { describeJobStore } from "@/tests/conformance/job-store";
import { describeOnRedis } from "@/tests/support/redis-suite";

describeOnRedis(describeJobStore);
