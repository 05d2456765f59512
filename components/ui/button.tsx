import type { ReactNode } from "react";
import { type ButtonLook, buttonLook } from "@/components/ui/button-look";

export interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: (() => void) | undefined;
  readonly look?: ButtonLook;
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
  /** Under way: it keeps the focus, tells so, and a press does nothing. */
  readonly isPending?: boolean;
}

export function Button({
  children,
  onClick,
  look = "primary",
  type = "button",
  disabled = false,
  isPending = false,
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled}
      aria-disabled={isPending || undefined}
      onClick={isPending ? undefined : onClick}
      className={buttonLook(look)}
    >
      {children}
      {isPending && <span className="sr-only"> (under way)</span>}
    </button>
  );
}
