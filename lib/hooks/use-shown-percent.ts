"use client";

import { useState } from "react";
import type { JobView } from "@/lib/contracts/jobs";
import { nextShown, type Shown } from "@/lib/hooks/shown-percent";

/** The percent of a job's bar; see `nextShown`. */
export function useShownPercent(job: JobView): number {
  const [shown, setShown] = useState<Shown | null>(null);
  const next = nextShown(shown, job);
  // set while rendering, as React advises for state that follows a prop: no frame shows the old value
  if (shown === null || next.percent !== shown.percent || next.updatedAt !== shown.updatedAt) setShown(next);
  return next.percent;
}
