/** Where bytes live. A name is a path of ids (`jobs/job_…/transactions/…`), chosen by us and never by a user. */
export interface FileStore {
  /** Writes a file whole: a reader sees the old one or the new one, never half. It is durable when this answers. */
  write(name: string, bytes: Bytes): Promise<{ size: number }>;

  /** Makes `to` a file of the bytes of `from`, as `write` would, without their coming here if that can be. @throws FileMissingError */
  copy(from: string, to: string): Promise<void>;

  /** Size in bytes; null if there is no such file. */
  size(name: string): Promise<number | null>;

  /**
   * The bytes from `start` up to `end` (exclusive; the end of the file by default), in pieces of bounded size.
   *
   * @throws FileMissingError
   */
  read(name: string, range?: { readonly start?: number; readonly end?: number }): AsyncIterable<Uint8Array>;

  /** The files under a prefix that ends in `/`, by name in order of code point. */
  list(prefix: string): Promise<{ name: string; size: number }[]>;

  /** Deletes all files under a prefix that ends in `/`. Deleting nothing is fine. */
  deleteAll(prefix: string): Promise<void>;
}

/** A file's content: as one piece, as pieces that are all here, or as they come. */
export type Bytes = Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array>;

export class FileMissingError extends Error {
  override readonly name = "FileMissingError";

  constructor(readonly file: string) {
    super(`There is no file "${file}".`);
  }
}
