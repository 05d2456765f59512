import type { Manifest } from "@/lib/core/checkpoint";
import type { Part } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { toCsv } from "@/lib/files/csv-text";
import { eachPart, linesOfPart, partsFrom, partsOf } from "@/lib/files/dataset-parts";
import { linesOf } from "@/lib/files/text-lines";
import type { Json } from "@/lib/json";

export type Datasets = ReturnType<typeof createDatasets>;

/** Reads what jobs have written: only rows that a manifest counts, in their order, never more than a piece in memory. */
export function createDatasets({ files }: { readonly files: Pick<FileStore, "read"> }) {
  /** The rows' lines as they were written, without their line feeds, in batches. */
  const batches = (jobId: string, dataset: string, manifest: Manifest) =>
    linesOf(partsOf(files, { jobId, dataset }, manifest));

  async function* parsed(jobId: string, dataset: string, manifest: Manifest): AsyncGenerator<Json[]> {
    for await (const lines of batches(jobId, dataset, manifest)) yield lines.map(parseRow);
  }

  return {
    /** One row after the other. */
    async *rows(jobId: string, dataset: string, manifest: Manifest): AsyncGenerator<Json, void, void> {
      for await (const rows of parsed(jobId, dataset, manifest)) for (const row of rows) yield row;
    },

    /** `limit` rows from row `offset` (from 0) on, found without reading the parts before. */
    async page(
      jobId: string,
      dataset: string,
      manifest: Manifest,
      { offset, limit }: { readonly offset: number; readonly limit: number },
    ): Promise<Json[]> {
      const page: Json[] = [];
      if (limit <= 0) return page;
      const { bytes, skip } = await partsFrom(files, { jobId, dataset }, manifest, offset);
      let before = skip;
      for await (const lines of linesOf(bytes)) {
        const wanted = lines.slice(before, before + limit - page.length);
        before = Math.max(0, before - lines.length);
        for (const line of wanted) page.push(parseRow(line));
        if (page.length === limit) break;
      }
      return page;
    },

    /** The parts, each with the rows that it holds, and the way to read one's lines as they lie there. */
    parts: (jobId: string, dataset: string, manifest: Manifest) => eachPart(files, { jobId, dataset }, manifest),
    linesOf: (part: Part): AsyncIterable<Uint8Array> => linesOfPart(files, part),

    /** The whole dataset as it lies there: every row a line that ends in a line feed. */
    exportNdjson: (jobId: string, dataset: string, manifest: Manifest): AsyncIterable<Uint8Array> =>
      partsOf(files, { jobId, dataset }, manifest),

    /** The whole dataset as CSV (RFC 4180, UTF-8), a header first, its columns in the order given. */
    exportCsv: (
      jobId: string,
      dataset: string,
      manifest: Manifest,
      columns: readonly string[],
    ): AsyncIterable<Uint8Array> => toCsv(parsed(jobId, dataset, manifest), columns),
  };
}

// JSON.parse answers `any`; what it can answer is what `Json` says, and the reader of a dataset knows its schema.
const parseRow = (line: string): Json => JSON.parse(line) as Json;
