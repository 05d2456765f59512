import { z } from "zod";
import type { Entry } from "@/lib/core/ledger";
import type { DueRecord, RecordKind, Stored } from "@/lib/core/record-store";

/** How a record stands in the ledger. `write` tells whose write it was; `expiresAt` is when it is due. */
const Envelope = z.object({ value: z.unknown(), expiresAt: z.number().nullable(), write: z.string() });
type Envelope = z.infer<typeof Envelope>;

export const textOf = (envelope: Envelope): string => JSON.stringify(envelope);

export const writeOf = ({ text }: Entry): string => Envelope.parse(JSON.parse(text)).write;

/** Reads a record. One that does not parse is our fault: it is reported, never repaired. */
export function parseRecord<S extends z.ZodType>(
  { schema }: RecordKind<S>,
  { kind, owner, id }: DueRecord,
  { rev, text }: Entry,
): Stored<z.output<S>> {
  try {
    const { value, expiresAt } = Envelope.parse(JSON.parse(text));
    return { id, owner, rev, value: schema.parse(value), dueAt: expiresAt };
  } catch (cause) {
    throw new Error(`The record ${kind} ${id} is damaged.`, { cause });
  }
}
