import path from "node:path";
import type { FileStore } from "@/lib/core/file-store";
import type { Env } from "@/lib/env";
import { createBlobDirectStore, readCallback } from "@/lib/files/blob-direct-store";
import { createBlobFileStore } from "@/lib/files/blob-file-store";
import type { DirectStore } from "@/lib/files/direct-uploads";
import { createDiskFileStore } from "@/lib/files/disk-file-store";
import { wait } from "@/lib/server/timers";

const CALLBACK_PATH = "/api/callbacks/blob";

interface OpenedFileStore {
  readonly files: FileStore;
  /** Null where browsers cannot write to it themselves. */
  readonly direct: DirectStore | null;
  readonly callbacks: {
    /** The body of a call that the file store can prove to be its own; null if it is somebody else's. */
    verifyBlobCallback(request: Request): Promise<string | null>;
    readonly readBlobCallback: typeof readCallback;
  };
}

/** The file store that the environment names. */
export function openFileStore({ files, dataDir }: Pick<Env, "files" | "dataDir">): OpenedFileStore {
  if (files.kind === "disk") {
    return {
      files: createDiskFileStore({ directory: path.join(dataDir, "files") }),
      direct: null,
      callbacks: { verifyBlobCallback: async () => null, readBlobCallback: readCallback },
    };
  }
  const { token, callbackOrigin } = files;
  const direct = createBlobDirectStore({ token, callbackUrl: callbackOrigin && callbackOrigin + CALLBACK_PATH, wait });
  return {
    files: createBlobFileStore({ token, wait }),
    direct,
    callbacks: { verifyBlobCallback: direct.verifyCallback, readBlobCallback: readCallback },
  };
}
