import type { StateTone } from "@/components/jobs/job-words";

const TONES: Readonly<Record<StateTone, string>> = {
  neutral: "bg-sunken text-muted ring-line-strong/60",
  busy: "bg-accent-soft text-accent ring-accent/25",
  good: "bg-good-soft text-good ring-good/25",
  warn: "bg-warn-soft text-warn ring-warn/25",
  bad: "bg-bad-soft text-bad ring-bad/25",
};

export function StateChip({ tone, children }: { readonly tone: StateTone; readonly children: string }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 font-medium text-xs tabular-nums ring-1 ring-inset ${TONES[tone]}`}
    >
      <span aria-hidden="true" className="size-1.5 rounded-full bg-current" />
      {children}
    </span>
  );
}
