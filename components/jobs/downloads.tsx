import { buttonLook } from "@/components/ui/button-look";
import type { JobView } from "@/lib/contracts/jobs";
import { datasetUrl } from "@/lib/hooks/use-dataset-page";

const FORMATS = ["csv", "ndjson"] as const;

/** Every dataset of a job, whole. */
export function Downloads({ job, only }: { readonly job: JobView; readonly only?: string }) {
  const names = Object.keys(job.datasets).filter((name) => only === undefined || name === only);
  return (
    <ul aria-label="Downloads" className="flex flex-wrap gap-2">
      {names.flatMap((name) =>
        FORMATS.map((format) => (
          <li key={`${name}.${format}`}>
            <a href={datasetUrl(job.id, name, format)} download className={buttonLook("quiet")}>
              {only === undefined && names.length > 1 ? `${name} ` : ""}
              {format.toUpperCase()}
              <span className="sr-only"> download of {name}</span>
            </a>
          </li>
        )),
      )}
    </ul>
  );
}
