import type { z } from "zod";

/** A small document of one owner, with the revision that replacing it must show. */
export interface Stored<Value> {
  readonly id: string;
  readonly owner: string;
  readonly rev: number;
  readonly value: Value;
  /** Epoch ms from which `due` answers it; null: never. It stays until it is deleted. */
  readonly dueAt: number | null;
}

/** A kind of document: its name in storage and what it looks like. */
export interface RecordKind<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
  /** Names of further lists that an owner's records of this kind may stand in, such as those not yet read. */
  readonly lists?: readonly string[];
}

interface Place {
  readonly owner: string;
  readonly id: string;
}

/** What a record becomes. */
export interface Write<Value> {
  readonly value: Value;
  /** As it was read; 0: there is none yet. */
  readonly rev: number;
  readonly dueAt: number | null;
  readonly now: number;
  /** The further lists of its kind in which it stands from now on, by the time of this write; none without it. */
  readonly lists?: readonly string[] | undefined;
}

/** A record whose time has come, for whoever knows what its kind then asks for. */
export interface DueRecord extends Place {
  readonly kind: string;
}

/** Small documents by kind, owner and id: uploads, files, schedules. */
export interface RecordStore {
  get<S extends z.ZodType>(kind: RecordKind<S>, place: Place): Promise<Stored<z.output<S>> | null>;

  /** As `get`, for several at once, in their order. */
  getAll<S extends z.ZodType>(kind: RecordKind<S>, places: readonly Place[]): Promise<(Stored<z.output<S>> | null)[]>;

  /**
   * Writes a record if it is still at `rev` (0: if there is none yet). Answers the new
   * revision, or null if somebody else was faster: read again and decide again.
   */
  put<S extends z.ZodType>(kind: RecordKind<S>, place: Place, write: Write<z.input<S>>): Promise<number | null>;

  /** As `put`, for several at once, each whole or not at all. Answers in their order. */
  putAll<S extends z.ZodType>(
    kind: RecordKind<S>,
    writes: readonly (Place & Write<z.input<S>>)[],
  ): Promise<(number | null)[]>;

  /** Removes a record that is still at `rev`. False if it has changed or is gone. */
  delete(kind: RecordKind, place: Place & { readonly rev: number }): Promise<boolean>;

  /** An owner's records of one kind, or those in one further list of it, newest first. */
  list<S extends z.ZodType>(
    kind: RecordKind<S>,
    page: { readonly owner: string; readonly cursor: string | null; readonly limit: number; readonly list?: string },
  ): Promise<{ records: Stored<z.output<S>>[]; cursor: string | null }>;

  /** How many records `list` would answer in all. */
  count(kind: RecordKind, of: { readonly owner: string; readonly list?: string }): Promise<number>;

  /**
   * Records whose `dueAt` has come, oldest first. They stay due until somebody deletes them, having
   * deleted what hangs on them before (bytes in the file store), or gives them another time.
   * With nothing due it costs one command.
   */
  due(now: number, limit: number): Promise<DueRecord[]>;
}
