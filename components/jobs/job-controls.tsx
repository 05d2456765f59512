"use client";

import { useState } from "react";
import { verbsFor } from "@/components/jobs/verbs";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Notice } from "@/components/ui/notice";
import type { JobView } from "@/lib/contracts/jobs";
import { type JobVerb, useJobControl } from "@/lib/hooks/use-job-control";

/** The buttons that steer a job. */
export function JobControls({ job, onDeleted }: { readonly job: JobView; readonly onDeleted: () => void }) {
  const { control, pending, problem, dismiss } = useJobControl(job.id, { onDeleted });
  const [askedVerb, setAskedVerb] = useState<JobVerb | null>(null);
  const verbs = verbsFor(job);
  // a job that ends while the question stands takes the question with it
  const asked = verbs.find(({ verb }) => verb === askedVerb);

  return (
    <div className="flex flex-col gap-3">
      <fieldset aria-label="Steer this job" className="flex min-h-9 flex-wrap gap-2">
        {verbs.map((button) => (
          <Button
            key={button.verb}
            look={button.look}
            isPending={pending === button.verb}
            disabled={pending !== null && pending !== button.verb}
            onClick={() => (button.question ? setAskedVerb(button.verb) : void control(button.verb))}
          >
            {button.label}
          </Button>
        ))}
      </fieldset>
      {problem && (
        <Notice
          tone="bad"
          title="That was not possible"
          action={
            <Button look="quiet" onClick={dismiss}>
              Dismiss
            </Button>
          }
        >
          {problem.message}
        </Notice>
      )}
      <ConfirmDialog
        isOpen={asked !== undefined}
        title={asked?.question?.title ?? ""}
        confirm={asked?.question?.confirm ?? ""}
        onConfirm={() => asked && void control(asked.verb)}
        onClose={() => setAskedVerb(null)}
      >
        {asked?.question?.text}
      </ConfirmDialog>
    </div>
  );
}
