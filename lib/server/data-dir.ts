import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EnvError } from "@/lib/env";

/** Another server works in this folder. */
export class DataDirLockedError extends EnvError {
  override readonly name = "DataDirLockedError";
}

/** Held as long as it is referenced. */
export interface DataDirLock {
  readonly release: () => void;
}

/**
 * Takes a data folder for this process alone, and creates it if need be. The lock is SQLite's own on a
 * file: the system frees it when the process dies, however it dies, so no stale lock file is ever left.
 *
 * @throws DataDirLockedError while another process has it.
 */
export function lockDataDir(directory: string): DataDirLock {
  mkdirSync(directory, { recursive: true });
  const lock = new DatabaseSync(path.join(directory, "lock.sqlite"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    const hint = "Stop it, or give this one a folder of its own with DATA_DIR.";
    throw new DataDirLockedError(`Another Longhaul server is using "${directory}". ${hint}`, { cause });
  }
  return { release: () => lock.close() };
}
