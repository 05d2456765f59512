import { createHash } from "node:crypto";
import type { ChildGroup } from "@/lib/core/children";
import { JobId } from "@/lib/core/job";

const LENGTH = 32;

/** Follows from the parent, the group and the number, so that whoever makes the child a second time finds the first. */
export function childIdOf(parent: JobId, { stage, round }: ChildGroup, index: number): JobId {
  const digest = createHash("sha256")
    .update(JSON.stringify([parent, stage, round, index]))
    .digest("hex");
  return JobId.parse(`job_${digest.slice(0, LENGTH)}`);
}

/** The ids of the children from `from` to `to` (exclusive). */
export const childIds = (parent: JobId, group: ChildGroup, from: number, to: number): JobId[] =>
  Array.from({ length: to - from }, (_, i) => childIdOf(parent, group, from + i));
