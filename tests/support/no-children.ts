import type { Children } from "@/lib/core/children";

const refuse = () => {
  throw new Error("This job should have no children.");
};

/** For runs of jobs that spawn nothing. */
export const noChildren: Children = { enqueue: refuse, counts: refuse, results: refuse, control: refuse };
