import { useId } from "react";

export function TextField({
  label,
  hint,
  value,
  onChange,
  maxLength,
  disabled = false,
  isSecret = false,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength: number;
  readonly disabled?: boolean;
  /** Not to be read over a shoulder. */
  readonly isSecret?: boolean;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-muted text-xs">
        {label}
      </label>
      <input
        id={id}
        type={isSecret ? "password" : "text"}
        value={value}
        maxLength={maxLength}
        disabled={disabled}
        autoComplete="off"
        onChange={({ target }) => onChange(target.value)}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="min-h-9 rounded-md border border-line-strong bg-surface px-2.5 disabled:opacity-60"
      />
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}
