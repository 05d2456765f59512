import { existsSync } from "node:fs";
import { access, constants, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Check, type Finding, findingsOf } from "@/lib/doctor/finding";

/** The largest upload, once: less room than that refuses somebody's file half-way. */
const LITTLE_BYTES = 2 * 1024 ** 3;
const NOTHING_BYTES = 100 * 1024 ** 2;

/** The folder of the embedded default: may we write there, is there room, does a server hold it? Creates nothing. */
export function checkDataDir(dataDir: string): Check {
  const name = "data folder";
  const { ok, wrong } = findingsOf(name);
  return {
    name,
    async run() {
      const folder = path.resolve(/*turbopackIgnore: true*/ dataDir);
      const standing = await nearestStanding(folder);
      const found = await stat(standing);
      if (!found.isDirectory()) return [wrong(`${standing} is a file.`, "Remove it, or name another with DATA_DIR.")];
      const isWritable = await access(standing, constants.W_OK | constants.X_OK).then(
        () => true,
        () => false,
      );
      if (!isWritable) {
        return [
          wrong(`${standing} cannot be written to.`, "Give this user the folder, or name another with DATA_DIR."),
        ];
      }
      const isThere = standing === folder;
      const can = ok(isThere ? `${folder} can be written to.` : `${folder} will be made at the first start.`);
      return [can, await roomOf(standing), ...(isThere ? lockOf(folder) : [])];
    },
  };
}

async function nearestStanding(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  const parent = path.dirname(folder);
  return isThere || parent === folder ? folder : nearestStanding(parent);
}

async function roomOf(folder: string): Promise<Finding> {
  const { ok, warning, wrong } = findingsOf("data folder: room");
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const says = `${(free / 1e9).toFixed(1)} GB are free.`;
  if (free < NOTHING_BYTES) return wrong(says, "Make room on the disk: the app cannot keep its jobs.");
  return free < LITTLE_BYTES ? warning(says, "Make room on the disk, or set MAX_UPLOAD_BYTES lower.") : ok(says);
}

/** Looks whether a server holds the folder: while one does, its lock file cannot even be read. */
function lockOf(folder: string): Finding[] {
  const file = path.join(/*turbopackIgnore: true*/ folder, "lock.sqlite");
  if (!existsSync(file)) return []; // no server has run here yet
  const { ok } = findingsOf("data folder: lock");
  const lock = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    lock.prepare("SELECT 1 FROM sqlite_master").all();
    return [ok("no server holds it.")];
  } catch (error) {
    if (!(error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY)) throw error;
    return [ok("a running server holds it; a second one needs a DATA_DIR of its own.")];
  } finally {
    lock.close();
  }
}

const SQLITE_BUSY = 5;
