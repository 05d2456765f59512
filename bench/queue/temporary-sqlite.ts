import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@/lib/clock";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";

/** A database file of its own, opened as the server opens it. */
export function openTemporarySqlite() {
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-bench-sqlite-"));
  const file = path.join(folder, "bench.sqlite");
  const database = openDatabase(file);
  return {
    database,
    ledger: createSqliteLedger({ database, clock: systemClock }),
    /** Once all is in the file itself. */
    bytes(): number {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return statSync(file).size;
    },
    close(): void {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
