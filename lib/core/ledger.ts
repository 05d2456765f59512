import { isNamed } from "@/lib/errors";

/**
 * The one thing a database must do for Longhaul: keep documents with a
 * revision, sorted sets and counters, and write several of them at once if
 * the documents are still as they were read. Every decision is made in
 * TypeScript; an adapter only checks "it is still so" and writes.
 */
export interface Ledger {
  /** The documents under these keys, in their order; null where there is none, or where it has expired. */
  read(keys: readonly string[]): Promise<(Entry | null)[]>;

  /**
   * Applies each change whole or not at all, in order, and answers which were applied.
   * One atomic step for all changes together, so a later change sees the earlier ones.
   * Safe to send twice: the second time, guards on revisions find them moved.
   */
  apply(changes: readonly Change[]): Promise<boolean[]>;

  /** As `apply`, and answers in the same step what a set then holds. */
  applyAndRange(changes: readonly Change[], range: Range): Promise<{ applied: boolean[]; members: Scored[] }>;

  /** Members of a sorted set by score, ties by code point of the member. */
  range(range: Range): Promise<Scored[]>;

  /** How many members each set has, in the order of the sets. */
  sizes(sets: readonly string[]): Promise<number[]>;

  /** The value of each counter, in their order; 0 for one never added to. */
  counters(names: readonly string[]): Promise<number[]>;
}

/** A document with the revision that a change must show to replace it. */
export interface Entry {
  readonly rev: number;
  readonly text: string;
}

/** What happens together, or not at all. */
export interface Change {
  readonly puts?: readonly Put[];
  readonly moves?: readonly Move[];
  readonly adds?: readonly Add[];
  /** Counters that nobody will ask for again: they go, and are 0. */
  readonly drops?: readonly string[];
}

export interface Put {
  readonly key: string;
  /** What must still be so: the revision that was read (0 if there was none), or any one below a number. */
  readonly expect: number | { readonly below: number };
  /** The new document; null removes it. A revision stands for one text: see `isQuestion`. */
  readonly entry: Entry | null;
  /** Epoch ms from which it is gone; without it, it stays. */
  readonly expiresAt?: number | undefined;
}

/** Whether a put leaves its document as it expects it, absent or at that revision, and so only asks: nothing is written. */
export const isQuestion = ({ expect, entry }: Put): boolean =>
  entry === null ? expect === 0 : entry.rev > 0 && entry.rev === expect; // at revision 0 a document passes for none

/** Puts a member into a sorted set, or takes it out (`score: null`). */
export interface Move {
  readonly set: string;
  readonly member: string;
  readonly score: number | null;
}

/** Adds to a counter. With `max`, the change happens only if the counter does not come to exceed it. */
export interface Add {
  readonly counter: string;
  readonly by: number;
  readonly max?: number | undefined;
}

export interface Range {
  readonly set: string;
  /** Only scores up to here, inclusive. */
  readonly max?: number | undefined;
  readonly offset?: number | undefined;
  readonly limit: number;
  /** From the highest score down. */
  readonly reverse?: boolean | undefined;
}

export interface Scored {
  readonly member: string;
  readonly score: number;
}

/** The store cannot be reached, or refuses everybody for now. Nobody knows whether what was sent took effect. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";

  /** There is no room for what was to be written; what is there can be read. */
  readonly isFull: boolean;

  /** `reason` stays in the log and carries no command, script or payload. */
  constructor(reason: string, { isFull = false, ...options }: ErrorOptions & { readonly isFull?: boolean } = {}) {
    super(`The store is unavailable: ${reason}`, options);
    this.isFull = isFull;
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isNamed(error, "StoreUnavailableError");
  }
}
