import type { ChildCounts, ChildGroup } from "@/lib/core/children";
import { type Job, JobId } from "@/lib/core/job";
import { limitedAs } from "@/lib/core/owner";

/** Names of owners and keys are users' words: what separates the parts of a place may stand in them. */
const SEPARATES = /[%:]/;
const part = (text: string) => (SEPARATES.test(text) ? text.replace(/[%:]/g, encodeURIComponent) : text);
const place = (kind: string, ...parts: readonly string[]) =>
  parts.reduce((name, text) => `${name}:${part(text)}`, kind);

interface Keyed {
  readonly owner: string;
  readonly name: string;
}

/** Every timer of every job, the events not yet told, and when to look after a queue again. */
export const DUE = "due";

/** The text of a job's record that could not be read. */
export const damagedPlace = (id: JobId) => `damaged:${id}`;
export const jobPlace = (id: JobId) => `job:${id}`;
/** Jobs of a queue that may be claimed, by rank. */
export const readyPlace = (queue: string) => place("ready", queue);
/** How many unfinished jobs those have who are limited together. */
export const activePlace = (owner: string) => place("active", limitedAs(owner));
export const ownerPlace = (owner: string) => place("jobs", owner);
/** All that a job has spawned, in the order of their making. */
export const spawnedPlace = (parent: JobId) => place("spawned", parent);
/** How many children of a group are in this state. */
export const childrenPlace = (parent: JobId, { stage, round }: ChildGroup, state: keyof ChildCounts) =>
  place("children", parent, stage, String(round), state);
/** Failed jobs as `failureMember`, by the instant of their end: an owner's, or with null everybody's. */
export const failuresPlace = (owner: string | null) => (owner === null ? "failures" : place("failures", owner));
/** How many jobs of the queue run. */
export const runningPlace = (queue: string) => place("running", queue);
/** How many queued jobs of the queue stand behind another of their lane. */
export const behindPlace = (queue: string) => place("behind", queue);
export const uniquePlace = ({ owner, name }: Keyed, key: string) => place("unique", owner, name, key);
export const idempotencyPlace = ({ owner, name }: Keyed, key: string) => place("idempotency", owner, name, key);
export const completedPlace = (owner: string, name: string, key: string) => place("completed", owner, name, key);
/** There while the queue is paused. */
export const pausedPlace = (queue: string) => place("paused", queue);
/** What has begun lately in the queue, and of those jobs of an owner that share a rate. */
export const queueRatePlace = (queue: string) => place("queue-rate", queue);
export const keyRatePlace = ({ owner, name }: Keyed, key: string) => place("key-rate", owner, name, key);
/** Finished jobs of which only so many are kept, by the time of their end. */
export const keptPlace = ({ owner, name, state }: Keyed & { readonly state: string }) =>
  place("kept", state, owner, name);
export const kickPlace = (queue: string) => place("kick", queue);

/** Where jobs that share a concurrency key take turns; null for a job without one. */
export const lanePlace = ({ queue, owner, name, concurrencyKey }: Job): string | null =>
  concurrencyKey === null ? null : place("lane", queue, owner, name, concurrencyKey);
export const waitingPlace = (lane: string) => `${lane}:waiting`;

/** A failed job with the kind of its failure, which so is known without reading the job. */
export const failureMember = (fingerprint: string, id: JobId) => `${fingerprint}:${id}`;

/** Reads back the kind of failure that a member of `failuresPlace` stands for. */
export const fingerprintIn = (member: string): string => member.slice(0, member.indexOf(":"));

/** Reads back what a member of `failuresPlace` stands for. */
export function parseFailure(member: string): { fingerprint: string; id: JobId } {
  const fingerprint = fingerprintIn(member);
  return { fingerprint, id: JobId.parse(member.slice(fingerprint.length + 1)) };
}

/** Members of `DUE`. */
export const jobTimer = (id: JobId) => jobPlace(id);
export const filesTimer = (id: JobId) => `files:${id}`;
export const kickTimer = (queue: string) => kickPlace(queue);
export const eventTimer = (eventId: string) => `event:${eventId}`;

export type DueMember =
  | { readonly kind: "job"; readonly id: JobId }
  /** Files of a job that is forgotten. */
  | { readonly kind: "files"; readonly id: JobId }
  | { readonly kind: "event"; readonly eventId: string }
  | { readonly kind: "kick"; readonly queue: string };

/** Reads back what a member of `DUE` stands for. */
export function parseDue(member: string): DueMember {
  const [kind, rest] = [member.slice(0, member.indexOf(":")), member.slice(member.indexOf(":") + 1)];
  if (kind === "job" || kind === "files") return { kind, id: JobId.parse(rest) };
  if (kind === "event") return { kind, eventId: rest };
  if (kind === "kick") return { kind, queue: decodeURIComponent(rest) };
  throw new Error(`Not a timer: "${member}"`);
}
