import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeSchedules } from "@/tests/conformance/schedules";
import { NOW } from "@/tests/support/builders";

const clock = () => NOW;

describeSchedules("the memory ledger", async () => createMemoryLedger({ clock }));
describeSchedules("the SQLite ledger", async () => createSqliteLedger({ database: openDatabase(":memory:"), clock }));
