import { useId } from "react";

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

const FIELD =
  "min-h-9 rounded-md border border-line-strong bg-surface px-2.5 text-ink disabled:cursor-not-allowed disabled:opacity-60";

export function SelectField<Value extends string>({
  label,
  value,
  choices,
  onChange,
  isLabelHidden = false,
  disabled = false,
}: {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly isLabelHidden?: boolean;
  readonly disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={isLabelHidden ? "sr-only" : "text-muted text-xs"}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={({ target }) => {
          const chosen = choices.find((choice) => choice.value === target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={FIELD}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}
