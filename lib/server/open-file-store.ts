import path from "node:path";
import type { FileStore } from "@/lib/core/file-store";
import type { Env } from "@/lib/env";
import { createBlobFileStore } from "@/lib/files/blob-file-store";
import { createDiskFileStore } from "@/lib/files/disk-file-store";
import { wait } from "@/lib/server/timers";

/** The file store that the environment names. */
export function openFileStore({ files, dataDir }: Pick<Env, "files" | "dataDir">): FileStore {
  return files.kind === "blob"
    ? createBlobFileStore({ token: files.token, wait })
    : createDiskFileStore({ directory: path.join(dataDir, "files") });
}
