import type { Stored } from "@/lib/core/record-store";
import type { FileFacts } from "@/lib/files/file-records";

/** An uploaded file, as its owner sees it. */
export interface UserFile {
  readonly fileId: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

export const toFile = ({ id, value: { name, size, sha256 } }: Stored<FileFacts>): UserFile => ({
  fileId: id,
  name,
  size,
  sha256,
});
