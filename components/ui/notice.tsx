import type { ReactNode } from "react";

type Tone = "info" | "good" | "warn" | "bad";

const TONES: Readonly<Record<Tone, string>> = {
  info: "border-line bg-sunken text-ink",
  good: "border-good/30 bg-good-soft text-good",
  warn: "border-warn/30 bg-warn-soft text-warn",
  bad: "border-bad/30 bg-bad-soft text-bad",
};

/** Something the reader should know now. A bad one interrupts a screen reader, the others wait. */
export function Notice({
  tone = "info",
  title,
  children,
  action,
}: {
  readonly tone?: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`flex flex-wrap items-center justify-between gap-3 rounded-md border px-4 py-3 ${TONES[tone]}`}
    >
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium">{title}</p>
        {children && <div className="mt-0.5 text-ink/85">{children}</div>}
      </div>
      {action && <div className="flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}
