import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeRecordStore } from "@/tests/conformance/record-store";
import { NOW } from "@/tests/support/builders";

const clock = () => NOW;

describeRecordStore("the memory ledger", async () => createMemoryLedger({ clock }));
describeRecordStore("the SQLite ledger", async () => createSqliteLedger({ database: openDatabase(":memory:"), clock }));
