import { describeRecordStore } from "@/tests/conformance/record-store";
import { describeOnRedis } from "@/tests/support/redis-suite";

describeOnRedis(describeRecordStore);
