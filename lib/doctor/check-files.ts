import type { FileStore } from "@/lib/core/file-store";
import { explain } from "@/lib/doctor/explain";
import { type Check, findingsOf } from "@/lib/doctor/finding";

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

function explainFiles(error: unknown) {
  const text =
    error instanceof Error ? `${error.name} ${error.message} ${"code" in error ? String(error.code) : ""}` : "";
  if (/EACCES|EPERM|EROFS/.test(text)) {
    return { says: "it cannot be written to.", todo: "Give this user the folder, or name another with DATA_DIR." };
  }
  if (/ENOSPC|EDQUOT|storage_full/.test(text))
    return { says: "there is no room left.", todo: "Make room on its disk." };
  if (/access denied|forbidden|unauthori[sz]ed|401|403/i.test(text)) {
    const todo = "Copy BLOB_READ_WRITE_TOKEN again from Vercel, Storage, your Blob store.";
    return { says: "it refused the token.", todo };
  }
  if (/not.?found|suspended/i.test(text)) {
    return { says: "there is no such store, or it is suspended.", todo: "Look at Vercel, Storage." };
  }
  return explain(error);
}
