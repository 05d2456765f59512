import type { Manifest } from "@/lib/core/checkpoint";
import { addPart, ownRun, partHeader, partName } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { FatalError } from "@/lib/errors";
import type { Json } from "@/lib/json";

interface Pending {
  readonly pieces: Uint8Array[];
  rows: number;
}

interface PendingRowsDeps {
  readonly files: Pick<FileStore, "write">;
  readonly jobId: string;
  readonly token: string;
}

export type PendingRows = ReturnType<typeof createPendingRows>;

const encoder = new TextEncoder();

/** Rows that a job has emitted and no commit has counted yet, as the bytes that they will be in a part. */
export function createPendingRows({ files, jobId, token }: PendingRowsDeps) {
  const pending = new Map<string, Pending>();
  let bytes = 0;

  return {
    /** Bytes that wait to be written. */
    bytes: () => bytes,

    add(dataset: string, rows: readonly Json[]): void {
      const own = pending.get(dataset) ?? { pieces: [], rows: 0 };
      pending.set(dataset, own);
      const piece = encoder.encode(toLines(dataset, rows));
      own.pieces.push(piece);
      own.rows += rows.length;
      bytes += piece.length;
    },

    /**
     * Writes all that waits, one part for each dataset, and answers the manifests that count them.
     * Until a commit has saved those, nobody reads the parts.
     */
    async write(datasets: Readonly<Record<string, Manifest>>): Promise<Record<string, Manifest>> {
      const counted = { ...datasets };
      for (const [dataset, { pieces, rows }] of pending) {
        pending.delete(dataset); // before it is written: a line logged meanwhile begins the next part
        const run = ownRun(counted[dataset], token);
        const name = partName({ jobId, dataset, token, number: run.parts });
        await files.write(name, [encoder.encode(partHeader(run.rows, rows)), ...pieces]);
        counted[dataset] = addPart(counted[dataset], token, rows);
      }
      bytes = 0;
      return counted;
    },
  };
}

function toLines(dataset: string, rows: readonly Json[]): string {
  try {
    let lines = "";
    for (const row of rows) lines += `${JSON.stringify(row)}\n`;
    return lines;
  } catch (cause) {
    throw new FatalError("not_json", `A row of "${dataset}" cannot be written as JSON.`, { cause });
  }
}
