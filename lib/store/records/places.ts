import { z } from "zod";
import type { ExpiredRecord } from "@/lib/core/record-store";

/** Owners and ids are others' words: what separates the parts of a place may stand in them. */
const part = (text: string) => text.replace(/[%:]/g, encodeURIComponent);

export const recordPlace = ({ kind, owner, id }: ExpiredRecord) => ["record", kind, owner, id].map(part).join(":");

/** All records of one kind and owner, by the time of their creation. */
export const listPlace = ({ kind, owner }: Pick<ExpiredRecord, "kind" | "owner">) =>
  ["records", kind, owner].map(part).join(":");

/** Every record that has an end, by that. */
export const EXPIRING = "records-expiring";

const Member = z.tuple([z.string(), z.string(), z.string()]);

export const expiringMember = ({ kind, owner, id }: ExpiredRecord) => JSON.stringify([kind, owner, id]);

export function parseExpiring(member: string): ExpiredRecord {
  const [kind, owner, id] = Member.parse(JSON.parse(member));
  return { kind, owner, id };
}
