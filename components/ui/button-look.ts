export type ButtonLook = "primary" | "quiet" | "danger";

const BASE =
  "inline-flex min-h-9 items-center justify-center gap-2 whitespace-nowrap rounded-md border px-3.5 font-medium text-sm transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-progress aria-disabled:opacity-70";

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: "border-transparent bg-accent text-on-accent hover:not-disabled:brightness-110",
  quiet: "border-line-strong bg-surface text-ink hover:not-disabled:bg-sunken",
  danger: "border-transparent bg-bad text-on-bad hover:not-disabled:brightness-110",
};

/** How something looks that is pressed, be it a button or a link. */
export const buttonLook = (look: ButtonLook): string => `${BASE} ${LOOKS[look]}`;
