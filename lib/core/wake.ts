import { z } from "zod";
import { Json } from "@/lib/json";

/**
 * What a job is told from outside while it waits for it. One without an id is a mere hint to look
 * again: as long as one of its name is unread, another changes nothing.
 */
export const Wake = z.object({ id: z.string().nullable(), name: z.string(), payload: Json });
export type Wake = z.infer<typeof Wake>;

/** The wake that a job waits for, and the stage that wants to know. */
export const WaitFor = z.object({ stage: z.string(), name: z.string() });
export type WaitFor = z.infer<typeof WaitFor>;

/** What a stage finds that has waited: what it was told, or that its time ran out. */
export const Woken = z.discriminatedUnion("timedOut", [
  WaitFor.extend({ timedOut: z.literal(false), payload: Json }),
  WaitFor.extend({ timedOut: z.literal(true) }),
]);
export type Woken = z.infer<typeof Woken>;

export const Wakes = z.object({
  /** Kept until the job waits for them, the oldest first. */
  unread: z.array(Wake).readonly(),
  /** Of the latest that came, so that a repeated one is known. */
  ids: z.array(z.string()).readonly(),
  /** Read by the stage that has waited, until its next commit. */
  woken: Woken.nullable(),
});
export type Wakes = z.infer<typeof Wakes>;

export const NO_WAKES: Wakes = { unread: [], ids: [], woken: null };

const MAX_UNREAD = 100;
const MAX_IDS = 100;
/** They stand in the record, which every commit writes. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** Whether such a wake has come before. */
export const isKnown = ({ unread, ids }: Wakes, { id, name }: Wake): boolean =>
  id === null
    ? unread.some((kept) => kept.id === null && kept.name === name)
    : ids.includes(id) || unread.some((kept) => kept.id === id);

const remember = (ids: Wakes["ids"], id: string | null) => (id === null ? ids : [...ids, id].slice(-MAX_IDS));

/** Keeps a wake until the job waits for it; null if too many are kept already. */
export function keep(wakes: Wakes, wake: Wake): Wakes | null {
  const unread = [...wakes.unread, wake];
  const isTooMuch = new TextEncoder().encode(JSON.stringify(unread)).length > MAX_UNREAD_BYTES;
  if (unread.length > MAX_UNREAD || isTooMuch) return null;
  return { ...wakes, unread, ids: remember(wakes.ids, wake.id) };
}

/** Hands a wake to the stage that waits for it. */
export const deliver = (wakes: Wakes, { stage, name }: WaitFor, { id, payload }: Wake): Wakes => ({
  ...wakes,
  ids: remember(wakes.ids, id),
  woken: { stage, name, timedOut: false, payload },
});

/** Hands over the oldest kept wake of this name; null if there is none. */
export function take(wakes: Wakes, { stage, name }: WaitFor): Wakes | null {
  const at = wakes.unread.findIndex((wake) => wake.name === name);
  const found = wakes.unread[at];
  if (!found) return null;
  const woken = { stage, name, timedOut: false as const, payload: found.payload };
  return { ...wakes, unread: wakes.unread.toSpliced(at, 1), woken };
}

/** Nobody has woken the stage in time. */
export const runOut = (wakes: Wakes, waitFor: WaitFor): Wakes => ({ ...wakes, woken: { ...waitFor, timedOut: true } });

/** What was handed over has been read. */
export const markRead = (wakes: Wakes): Wakes => (wakes.woken ? { ...wakes, woken: null } : wakes);
