import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeJobStore } from "@/tests/conformance/job-store";
import { NOW } from "@/tests/support/builders";

const clock = () => NOW;

describeJobStore("the memory ledger", async () => createMemoryLedger({ clock }));
describeJobStore("the SQLite ledger", async () => createSqliteLedger({ database: openDatabase(":memory:"), clock }));
