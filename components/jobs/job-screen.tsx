"use client";

import { useRouter } from "next/navigation";
import { JobControls } from "@/components/jobs/job-controls";
import { JobFacts } from "@/components/jobs/job-facts";
import { JobFailure } from "@/components/jobs/job-failure";
import { JobLog } from "@/components/jobs/job-log";
import { JobProgress } from "@/components/jobs/job-progress";
import { JobResult } from "@/components/jobs/job-result";
import { inputText, isFinished, jobNameInWords, stateInWords, stateTone } from "@/components/jobs/job-words";
import { StateChip } from "@/components/jobs/state-chip";
import type { JobView } from "@/lib/contracts/jobs";
import { jobPercent } from "@/lib/hooks/shown-percent";
import { useDocumentTitle } from "@/lib/hooks/use-document-title";
import { useFileName } from "@/lib/hooks/use-file-name";
import { useNow } from "@/lib/hooks/use-now";

/** One job as it stands. */
export function JobScreen({ job, isCutOff }: { readonly job: JobView; readonly isCutOff: boolean }) {
  const router = useRouter();
  const now = useNow(isFinished(job) ? null : 1_000);
  const fileName = useFileName(inputText(job, "fileId"));
  const account = inputText(job, "account");
  const title = jobNameInWords(job.name);
  const state = stateInWords(job, now);
  useDocumentTitle(`${isFinished(job) ? state : `${Math.floor(jobPercent(job))}%`} · ${fileName ?? title}`);

  return (
    <article data-state={job.state} className="flex flex-col gap-6">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div className="flex min-h-14 min-w-0 flex-col gap-1.5">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            <StateChip tone={stateTone(job)}>{state}</StateChip>
          </div>
          <p className="break-words text-muted">
            {[fileName, account && `account ${account}`].filter(Boolean).join(", ")}{" "}
            <span className="font-mono text-xs">{job.id}</span>
          </p>
        </div>
        <JobControls job={job} onDeleted={() => router.push("/jobs")} />
      </header>
      {job.state === "failed" && job.error && <JobFailure error={job.error} />}
      <section
        aria-label="Progress"
        className="flex flex-col gap-5 rounded-lg border border-line bg-surface p-4 sm:p-5"
      >
        <JobProgress job={job} now={now} isCutOff={isCutOff} />
        <JobFacts job={job} now={now} />
      </section>
      {job.state === "completed" && <JobResult job={job} />}
      <JobLog job={job} />
    </article>
  );
}
