import { JobRowFrame } from "@/components/jobs/job-row-frame";
import { Skeleton } from "@/components/ui/skeleton";

export function JobRowSkeleton() {
  return (
    <JobRowFrame
      title={<Skeleton width="w-48" />}
      subtitle={<Skeleton width="w-32" height="h-3" />}
      chip={<Skeleton width="w-20" height="h-5" />}
      bar={<Skeleton width="w-full" height="h-1.5" />}
      created={<Skeleton width="w-24" height="h-3" />}
      duration={<Skeleton width="w-12" height="h-3" />}
    />
  );
}
