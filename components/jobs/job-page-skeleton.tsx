import { RunBar } from "@/components/jobs/run-bar";
import { Skeleton } from "@/components/ui/skeleton";

/** Without "use client" and in its own file, so that the server can show it, too. */
export function JobPageSkeleton() {
  return (
    <section aria-busy="true" aria-label="Loading the job" className="flex flex-col gap-6">
      <div className="flex min-h-14 flex-col gap-2">
        <Skeleton width="w-72" height="h-7" />
        <Skeleton width="w-44" />
      </div>
      <div className="flex flex-col gap-5 rounded-lg border border-line bg-surface p-4 sm:p-5">
        <RunBar
          label="Loading"
          percent={0}
          tone="still"
          inWords="Loading"
          timeLeft=""
          activity={<Skeleton width="w-64" />}
          note=""
          stages={[{ name: "loading", label: "…", state: "pending" }]}
        />
        <div className="grid grid-cols-2 gap-x-6 gap-y-3 border-line border-t pt-4 sm:grid-cols-4">
          {["a", "b", "c", "d"].map((key) => (
            <Skeleton key={key} width="w-24" height="h-9" />
          ))}
        </div>
      </div>
    </section>
  );
}
