import { z } from "zod";
import type { DueRecord } from "@/lib/core/record-store";

/** Owners and ids are others' words: what separates the parts of a place may stand in them. */
const part = (text: string) => text.replace(/[%:]/g, encodeURIComponent);

export const recordPlace = ({ kind, owner, id }: DueRecord) => ["record", kind, owner, id].map(part).join(":");

/** All records of one kind and owner, by the time of their creation; or those in one further list of theirs. */
export const listPlace = ({ kind, owner }: Pick<DueRecord, "kind" | "owner">, list?: string) =>
  ["records", kind, owner, ...(list === undefined ? [] : [list])].map(part).join(":");

/** Every record that has a time, by that. Named after the first kinds, whose time was their end. */
export const DUE_RECORDS = "records-expiring";

const Member = z.tuple([z.string(), z.string(), z.string()]);

export const dueMember = ({ kind, owner, id }: DueRecord) => JSON.stringify([kind, owner, id]);

export function parseDue(member: string): DueRecord {
  const [kind, owner, id] = Member.parse(JSON.parse(member));
  return { kind, owner, id };
}
