"use client";

import { useState } from "react";
import { JobRow } from "@/components/jobs/job-row";
import { JobRowSkeleton } from "@/components/jobs/job-row-skeleton";
import { NoJobs } from "@/components/jobs/no-jobs";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { SelectField } from "@/components/ui/select-field";
import { JOB_STATES, type JobState } from "@/lib/core/job";
import { useJobs } from "@/lib/hooks/use-jobs";
import { useNow } from "@/lib/hooks/use-now";

const CHOICES: ReadonlyArray<{ readonly value: JobState | "all"; readonly label: string }> = [
  { value: "all", label: "All states" },
  ...JOB_STATES.map((state) => ({ value: state, label: `${state[0]?.toUpperCase()}${state.slice(1)}` })),
];

/** The caller's jobs, newest first. */
export function JobsPage() {
  const [state, setState] = useState<JobState | "all">("all");
  const { jobs, problem, isCutOff, hasMore, isLoadingMore, loadMore } = useJobs({
    state: state === "all" ? null : state,
  });
  const now = useNow(1_000);

  return (
    <div className="flex flex-col gap-5">
      <header className="flex items-end justify-between gap-4">
        <h1 className="font-semibold text-xl tracking-tight">Jobs</h1>
        <SelectField label="State" isLabelHidden value={state} choices={CHOICES} onChange={setState} />
      </header>
      {jobs && isCutOff && <Notice tone="warn" title="Connection lost, retrying" />}
      {!jobs && problem && (
        <Notice tone="bad" title="Your jobs could not be read">
          {problem.message} They go on regardless.
        </Notice>
      )}
      {jobs?.length === 0 && !hasMore && <NoJobs isFiltered={state !== "all"} onClear={() => setState("all")} />}
      {(jobs ? jobs.length > 0 : !problem) && (
        <ul
          aria-label="Jobs"
          aria-busy={!jobs}
          className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
        >
          {jobs?.map((job) => <JobRow key={job.id} job={job} now={now} />) ??
            ["a", "b", "c", "d"].map((key) => <JobRowSkeleton key={key} />)}
        </ul>
      )}
      {hasMore && (
        <div className="flex justify-center">
          <Button look="quiet" isPending={isLoadingMore} onClick={loadMore}>
            Load more
          </Button>
        </div>
      )}
    </div>
  );
}
