import type { ReactNode } from "react";

/** Where everything stands in a row of the list, be it a job or its placeholder. */
export function JobRowFrame({
  title,
  subtitle,
  chip,
  bar,
  created,
  duration,
}: Readonly<Record<"title" | "subtitle" | "chip" | "bar" | "created" | "duration", ReactNode>>) {
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-2 px-4 py-3 focus-within:bg-sunken hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_17rem_11rem] sm:px-5">
      <div className="min-w-0">
        <p className="truncate font-medium">{title}</p>
        <p className="truncate text-muted text-xs">{subtitle}</p>
      </div>
      <div className="order-3 col-span-2 flex min-w-0 flex-col items-start gap-1.5 sm:order-none sm:col-span-1">
        {chip}
        {bar}
      </div>
      <div className="whitespace-nowrap text-right text-muted text-xs tabular-nums">
        <p>{created}</p>
        <p>{duration}</p>
      </div>
    </li>
  );
}
