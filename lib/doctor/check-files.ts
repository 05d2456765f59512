import type { FileStore } from "@/lib/core/file-store";
import { type Explanation, explain } from "@/lib/doctor/explain";
import { type Check, findingsOf } from "@/lib/doctor/finding";
import { AppError } from "@/lib/errors";

interface Deps {
  readonly open: () => FileStore;
  readonly where: string;
  readonly nonce: string;
}

const SIZE = 4_096;
const RANGE = { start: 1_000, end: 1_016 } as const;

/** Writes a file, reads a piece out of its middle, and removes it. */
export function checkFiles({ open, where, nonce }: Deps): Check {
  const name = "files";
  const { ok, wrong } = findingsOf(name);
  const folder = `doctor/${nonce}/`;

  return {
    name,
    async run() {
      try {
        const files = open();
        const written = Uint8Array.from({ length: SIZE }, (_, index) => index % 251);
        await files.write(`${folder}probe`, written);
        const pieces = await Array.fromAsync(files.read(`${folder}probe`, RANGE));
        await files.deleteAll(folder);
        const isSame = Buffer.concat(pieces).equals(written.subarray(RANGE.start, RANGE.end));
        if (isSame) return [ok(`a file was written to ${where}, read in part and removed.`)];
        return [
          wrong(`${where} gave back other bytes than asked for.`, "Look for a proxy that changes range requests."),
        ];
      } catch (error) {
        const { says, todo } = explainFiles(error);
        return [wrong(`${where}: ${says}`, todo)];
      }
    },
  };
}

const FAILURES: ReadonlyArray<readonly [error: RegExp, says: string, todo: string]> = [
  [/EACCES|EPERM|EROFS/, "it cannot be written to.", "Give this user the folder, or name another with DATA_DIR."],
  [/ENOSPC|EDQUOT/, "there is no room left.", "Make room on its disk."],
  [
    /storage_full|suspended/i,
    "it takes no more: the disk is full, or the plan is used up.",
    "Make room, or look at Vercel, Storage.",
  ],
  [
    /access denied|forbidden|unauthori[sz]ed/i,
    "it refused the token.",
    "Copy BLOB_READ_WRITE_TOKEN again from Vercel, Storage, your Blob store; the store must be private.",
  ],
  [/store does not exist|store_not_found/i, "there is no such store.", "Look at Vercel, Storage: it was deleted."],
];

function explainFiles(error: unknown): Explanation {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = error instanceof Error ? `${code} ${error.name} ${error.message}` : "";
  const found = FAILURES.find(([pattern]) => pattern.test(text));
  return found
    ? { says: found[1], todo: found[2] }
    : explain(error instanceof AppError ? (error.cause ?? error) : error);
}
