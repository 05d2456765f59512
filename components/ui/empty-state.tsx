import type { ReactNode } from "react";

/** A screen with nothing on it says why, and what to do next. Its title is the page's own, unless that has one already. */
export function EmptyState({
  title,
  hint,
  isPart = false,
  children,
}: {
  readonly title: string;
  readonly hint: string;
  /** Stands below the page's own title. */
  readonly isPart?: boolean;
  readonly children?: ReactNode;
}) {
  const Heading = isPart ? "h2" : "h1";
  return (
    <section className="rounded-lg border border-line-strong border-dashed bg-surface px-6 py-14 text-center">
      <Heading className="text-balance font-semibold text-lg">{title}</Heading>
      <p className="mx-auto mt-1 max-w-md text-pretty text-muted">{hint}</p>
      <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>
    </section>
  );
}
