import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const Kept = z.object({ worker: z.string().min(1) });

/** The worker's secret that an embedded server has made for itself; null before its first start. Makes none. */
export async function keptWorkerSecret(dataDir: string): Promise<string | null> {
  try {
    return Kept.parse(JSON.parse(await readFile(path.join(/*turbopackIgnore: true*/ dataDir, "secrets.json"), "utf8")))
      .worker;
  } catch {
    return null; // not there, or not readable for us: then there is nothing to knock with
  }
}
