import { viewOf } from "@/lib/api/job-reply";
import { textOfCursor } from "@/lib/api/walk-cursor";
import type { FailureGroup, WalkedPage } from "@/lib/core/job-walk";

type Viewing = Parameters<typeof viewOf>[0];

/** Kinds of failures as people see them. */
export const groupsReply = (
  app: Viewing,
  { groups, isWhole }: { groups: readonly FailureGroup[]; isWhole: boolean },
) => ({
  groups: groups.map(({ example, ...group }) => ({ ...group, example: viewOf(app, example) })),
  isWhole,
});

/** A page of jobs, with its cursor as text. */
export const walkedReply = (app: Viewing, { jobs, cursor }: WalkedPage) => ({
  jobs: jobs.map((job) => viewOf(app, job)),
  cursor: textOfCursor(cursor),
});
