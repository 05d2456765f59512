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
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-2 px-4 py-3 focus-within:bg-sunken hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_15rem_9rem] sm:px-5">
      <div className="col-span-2 min-w-0 sm:col-span-1">
        <p className="truncate font-medium">{title}</p>
        <p className="truncate text-muted text-xs">{subtitle}</p>
      </div>
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        {chip}
        {bar}
      </div>
      <div className="text-right text-muted text-xs tabular-nums">
        <p>{created}</p>
        <p>{duration}</p>
      </div>
    </li>
  );
}
