import type { StageView } from "@/lib/contracts/jobs";

const MARKS = { pending: "○", running: "●", done: "✓" } as const;
const WORDS = { pending: "to come", running: "under way", done: "done" } as const;
const STOPPED = { mark: "■", words: "stopped here" } as const;

/** The stages in their order, and which one it is at, or where it has stopped. */
export function StageList({
  stages,
  isMoving,
}: {
  readonly stages: readonly Pick<StageView, "name" | "label" | "state">[];
  readonly isMoving: boolean;
}) {
  return (
    <ol aria-label="Stages" className="flex flex-wrap gap-x-5 gap-y-1 text-xs">
      {stages.map(({ name, label, state }) => (
        <li
          key={name}
          aria-current={state === "running" ? "step" : undefined}
          className="flex items-center gap-1.5 text-muted aria-[current=step]:font-medium aria-[current=step]:text-ink"
        >
          <span
            aria-hidden="true"
            className={state === "done" ? "text-good" : state === "running" && isMoving ? "text-accent" : ""}
          >
            {state === "running" && !isMoving ? STOPPED.mark : MARKS[state]}
          </span>
          {label}
          <span className="sr-only">, {state === "running" && !isMoving ? STOPPED.words : WORDS[state]}</span>
        </li>
      ))}
    </ol>
  );
}
