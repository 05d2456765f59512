import path from "node:path";
import type { FileStore } from "@/lib/core/file-store";
import { createBlobFileStore } from "@/lib/files/blob-file-store";
import { createDiskFileStore } from "@/lib/files/disk-file-store";

interface Deps {
  readonly blobToken: string | null;
  readonly dataDir: string;
  readonly timeoutMs: number;
}

/** The file store that the app uses, where the app puts it. Asked once: what fails here is said, not repaired. */
export function openFiles({ blobToken, dataDir, timeoutMs }: Deps): FileStore {
  if (blobToken === null)
    return createDiskFileStore({ directory: path.join(/*turbopackIgnore: true*/ dataDir, "files") });
  return createBlobFileStore({ token: blobToken, timeoutMs, wait: async () => {} });
}
