import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { describeLedger } from "@/tests/conformance/ledger";
import { NOW } from "@/tests/support/builders";

/** A clock that stands still until it is passed on. */
function aStandingClock() {
  let now = NOW;
  const pass = (ms: number) => {
    now += ms;
  };
  return { clock: () => now, now, pass };
}

describeLedger("the memory ledger", async () => {
  const { clock, ...time } = aStandingClock();
  return { ledger: createMemoryLedger({ clock }), ...time };
});

describeLedger("the SQLite ledger", async () => {
  const { clock, ...time } = aStandingClock();
  return { ledger: createSqliteLedger({ database: openDatabase(":memory:"), clock }), ...time };
});
