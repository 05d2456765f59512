import type { ReactNode } from "react";

/** A screen with nothing on it says why, and what to do next. */
export function EmptyState({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
}) {
  return (
    <section className="rounded-lg border border-line border-dashed bg-surface px-6 py-14 text-center">
      <h1 className="font-semibold text-lg">{title}</h1>
      <p className="mx-auto mt-1 max-w-md text-muted">{hint}</p>
      <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>
    </section>
  );
}
