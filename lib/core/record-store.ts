import type { z } from "zod";

/** A small document of one owner, with the revision that replacing it must show. */
export interface Stored<Value> {
  readonly id: string;
  readonly owner: string;
  readonly rev: number;
  readonly value: Value;
  /** Epoch ms; null: until it is deleted. */
  readonly expiresAt: number | null;
}

/** A kind of document: its name in storage and what it looks like. */
export interface RecordKind<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
}

interface Place {
  readonly owner: string;
  readonly id: string;
}

/** A record whose time is over, for whoever has to clean up behind its kind. */
export interface ExpiredRecord extends Place {
  readonly kind: string;
}

/** Small documents by kind, owner and id: uploads, files, settings. */
export interface RecordStore {
  get<S extends z.ZodType>(kind: RecordKind<S>, place: Place): Promise<Stored<z.output<S>> | null>;

  /**
   * Writes a record if it is still at `rev` (0: if there is none yet). Answers the new
   * revision, or null if somebody else was faster: read again and decide again.
   */
  put<S extends z.ZodType>(
    kind: RecordKind<S>,
    place: Place,
    write: {
      readonly value: z.input<S>;
      readonly rev: number;
      readonly expiresAt: number | null;
      readonly now: number;
    },
  ): Promise<number | null>;

  /** Removes a record that is still at `rev`. False if it has changed or is gone. */
  delete(kind: RecordKind, place: Place & { readonly rev: number }): Promise<boolean>;

  /** An owner's records of one kind, newest first. */
  list<S extends z.ZodType>(
    kind: RecordKind<S>,
    page: { readonly owner: string; readonly cursor: string | null; readonly limit: number },
  ): Promise<{ records: Stored<z.output<S>>[]; cursor: string | null }>;

  /**
   * Records whose `expiresAt` has come, oldest first. They stay until they are deleted,
   * so that what hangs on them (bytes in the file store) can be deleted before.
   * With nothing expired it costs one command.
   */
  expired(now: number, limit: number): Promise<ExpiredRecord[]>;
}
