import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeSameAnswers } from "@/tests/conformance/same-answers";
import { NOW } from "@/tests/support/builders";

describeSameAnswers(
  "the SQLite ledger",
  async () => createSqliteLedger({ database: openDatabase(":memory:"), clock: () => NOW }),
  { numRuns: 100 },
);
