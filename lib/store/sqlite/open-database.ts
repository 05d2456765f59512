import { DatabaseSync } from "node:sqlite";

/**
 * Opens the database file, or a private one in memory (`:memory:`). A write is safe from a crash
 * of the process once it is answered; a power cut may take the last ones, but harms no other.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec(PRAGMAS);
  return database;
}

/** The cache (64 MiB) holds the indexes of a busy store: two pages of them change with every move of a job. */
const PRAGMAS = /* sql */ `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -65536;
`;
