import Link from "next/link";
import { instantText } from "@/components/format/instant-text";
import { JobRowFrame } from "@/components/jobs/job-row-frame";
import { durationOf, inputText, jobNameInWords, stateInWords, stateTone } from "@/components/jobs/job-words";
import { StateChip } from "@/components/jobs/state-chip";
import { ProgressBar, type ProgressTone } from "@/components/ui/progress-bar";
import type { JobView } from "@/lib/contracts/jobs";
import { useFileName } from "@/lib/hooks/use-file-name";
import { useShownPercent } from "@/lib/hooks/use-shown-percent";

const TONES: Readonly<Partial<Record<JobView["state"], ProgressTone>>> = {
  completed: "good",
  failed: "bad",
  cancelled: "still",
  paused: "still",
};

export function JobRow({ job, now }: { readonly job: JobView; readonly now: number }) {
  const fileName = useFileName(inputText(job, "fileId"));
  const percent = useShownPercent(job);
  const account = inputText(job, "account");
  const title = jobNameInWords(job.name);
  return (
    <JobRowFrame
      title={
        // the whole row is the target of its one link
        <Link href={`/jobs/${job.id}`} className="after:absolute after:inset-0">
          {fileName ?? title}
        </Link>
      }
      subtitle={[fileName && title, account && `account ${account}`, !fileName && !account && job.id]
        .filter(Boolean)
        .join(", ")}
      chip={<StateChip tone={stateTone(job)}>{stateInWords(job, now)}</StateChip>}
      bar={
        <ProgressBar
          label={`Progress of ${fileName ?? title}`}
          percent={percent}
          text={`${Math.floor(percent)} percent`}
          tone={TONES[job.state] ?? "busy"}
          size="small"
        />
      }
      created={instantText(job.createdAt)}
      duration={durationOf(job, now) ?? "not started"}
    />
  );
}
