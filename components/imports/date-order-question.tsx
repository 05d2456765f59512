import { dayText } from "@/components/format/instant-text";
import type { AmbiguousDate } from "@/lib/contracts/transactions-import";

type Answer = "dmy" | "mdy";

const ANSWERS = [
  { value: "dmy", label: "The day comes first", reading: "dayFirst" },
  { value: "mdy", label: "The month comes first", reading: "monthFirst" },
] as const;

/** Asked only when the file itself does not tell: both readings of two of its dates side by side. */
export function DateOrderQuestion({
  examples,
  value,
  onChange,
}: {
  readonly examples: readonly AmbiguousDate[];
  readonly value: string;
  readonly onChange: (value: Answer) => void;
}) {
  return (
    <fieldset className="rounded-md border border-warn/40 bg-warn-soft p-4">
      <legend className="sr-only">Order of day and month</legend>
      <p className="font-medium">The dates can be read in two ways. Which one is right?</p>
      <div className="mt-3 grid gap-2 sm:grid-cols-2">
        {ANSWERS.map((answer) => (
          <label
            key={answer.value}
            className="flex cursor-pointer gap-3 rounded-md border border-line bg-surface px-3 py-2.5 has-checked:border-accent"
          >
            <input
              type="radio"
              name="date-order"
              value={answer.value}
              checked={value === answer.value}
              onChange={() => onChange(answer.value)}
              className="mt-1 accent-accent"
            />
            <span>
              <span className="block font-medium">{answer.label}</span>
              {examples.map((example) => (
                <span key={example.line} className="block text-muted text-xs tabular-nums">
                  {example.text} is {readingText(example[answer.reading])}
                </span>
              ))}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const readingText = (date: string | null) => (date === null ? "no date" : dayText(date));
