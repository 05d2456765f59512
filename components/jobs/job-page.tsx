"use client";

import { JobPageSkeleton } from "@/components/jobs/job-page-skeleton";
import { JobScreen } from "@/components/jobs/job-screen";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { useJob } from "@/lib/hooks/use-job";

/** Follows one job from its first moment to its result. */
export function JobPage({ id }: { readonly id: string }) {
  const { job, problem, isCutOff, refresh } = useJob(id);

  if (problem?.status === 404 || problem?.code === "invalid_request") {
    return (
      <EmptyState
        title="There is no such job"
        hint="It may have been deleted or forgotten after its time, or it belongs to somebody else."
      >
        <LinkButton href="/">Import a statement</LinkButton>
        <LinkButton href="/jobs" look="quiet">
          See your jobs
        </LinkButton>
      </EmptyState>
    );
  }
  if (!job && problem) {
    return (
      <EmptyState title="The job could not be read" hint={`${problem.message} It goes on regardless.`}>
        <Button onClick={() => void refresh()}>Try again</Button>
      </EmptyState>
    );
  }
  return job ? <JobScreen job={job} isCutOff={isCutOff} /> : <JobPageSkeleton />;
}
