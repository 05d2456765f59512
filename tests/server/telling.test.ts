import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeTelling } from "@/tests/conformance/telling";
import { NOW } from "@/tests/support/builders";
import { describeOnRedis } from "@/tests/support/redis-suite";

const clock = () => NOW;

describeTelling("the memory ledger", async () => createMemoryLedger({ clock }));
describeTelling("the SQLite ledger", async () => createSqliteLedger({ database: openDatabase(":memory:"), clock }));
describeOnRedis(describeTelling);
