import type { Manifest } from "@/lib/core/checkpoint";
import { addTo, ownRun } from "@/lib/core/dataset";

/** Counts one more part of this worker, as a commit does. */
export const addPart = (manifest: Manifest | undefined, token: string, rows: number): Manifest =>
  addTo(manifest, ownRun(manifest, token), rows);
