export type ProgressTone = "busy" | "still" | "good" | "bad";

const TONES: Readonly<Record<ProgressTone, string>> = {
  busy: "bg-accent",
  still: "bg-line-strong",
  good: "bg-good",
  bad: "bg-bad",
};

/** `text` says in words what the bar shows; it is what a screen reader reads. */
export function ProgressBar({
  label,
  percent,
  text,
  tone = "busy",
  size = "large",
}: {
  readonly label: string;
  readonly percent: number;
  readonly text: string;
  readonly tone?: ProgressTone;
  readonly size?: "large" | "small";
}) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(percent * 10) / 10}
      aria-valuetext={text}
      className={`w-full overflow-hidden rounded-full bg-line ${size === "large" ? "h-2.5" : "h-1.5"}`}
    >
      <div
        className={`h-full w-full origin-left rounded-full transition-transform duration-700 ease-linear motion-reduce:transition-none ${TONES[tone]}`}
        style={{ transform: `translateX(${percent - 100}%)` }}
      />
    </div>
  );
}
