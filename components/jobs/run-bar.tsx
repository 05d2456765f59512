import type { ReactNode } from "react";
import { StageList } from "@/components/jobs/stage-list";
import { ProgressBar, type ProgressTone } from "@/components/ui/progress-bar";
import type { StageView } from "@/lib/contracts/jobs";

/** The one bar that runs through upload and job. Every line keeps its place while it is empty. */
export function RunBar({
  label,
  percent,
  tone,
  inWords,
  timeLeft,
  activity,
  note,
  stages,
}: {
  readonly label: string;
  readonly percent: number;
  readonly tone: ProgressTone;
  readonly inWords: string;
  readonly timeLeft: string;
  readonly activity: ReactNode;
  readonly note: ReactNode;
  readonly stages: readonly Pick<StageView, "name" | "label" | "state">[];
}) {
  return (
    <div className="flex flex-col gap-2.5">
      <div className="flex items-baseline justify-between gap-4">
        <p aria-hidden="true" className="font-semibold text-2xl tabular-nums tracking-tight">
          {Math.floor(percent)}%
        </p>
        <p className="text-muted">{timeLeft}</p>
      </div>
      <ProgressBar label={label} percent={percent} text={inWords} tone={tone} />
      <div className="flex min-h-11 flex-wrap items-baseline justify-between gap-x-4 tabular-nums sm:min-h-6">
        <p className="min-w-0">{activity}</p>
        <p className="text-muted text-xs">{note}</p>
      </div>
      <StageList stages={stages} isMoving={tone === "busy" || tone === "good"} />
    </div>
  );
}
