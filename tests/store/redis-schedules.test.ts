import { describeSchedules } from "@/tests/conformance/schedules";
import { describeOnRedis } from "@/tests/support/redis-suite";

describeOnRedis(describeSchedules);
