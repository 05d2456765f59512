import type { Stored } from "@/lib/core/record-store";
import type { FileFacts } from "@/lib/files/file-records";

/** An uploaded file, as its owner sees it. */
export interface UserFile {
  readonly fileId: string;
  readonly name: string;
  readonly size: number;
  /** Null where the bytes never passed through here; then there is an `etag`. */
  readonly sha256: string | null;
  readonly etag?: string;
}

export const toFile = ({ id, value: { name, size, sha256, etag } }: Stored<FileFacts>): UserFile => ({
  fileId: id,
  name,
  size,
  sha256,
  ...(etag === undefined ? {} : { etag }),
});
