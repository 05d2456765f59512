import type { Manifest } from "@/lib/core/checkpoint";
import { addPart, ownRun, partHeader, partName } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { areWritten, type WrittenRows } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import type { Json } from "@/lib/json";
import { createTextBuffer } from "@/lib/worker/text-buffer";

interface Pending {
  readonly text: ReturnType<typeof createTextBuffer>;
  rows: number;
}

interface PendingRowsDeps {
  readonly files: Pick<FileStore, "write">;
  readonly jobId: string;
  readonly token: string;
}

type Manifests = Readonly<Record<string, Manifest>>;

export type PendingRows = ReturnType<typeof createPendingRows>;

/** Rows that a job has emitted and no commit has counted yet, as the bytes that they will be in a part. */
export function createPendingRows({ files, jobId, token }: PendingRowsDeps) {
  let pending = new Map<string, Pending>();
  let bytes = 0;

  return {
    /** Bytes that wait to be taken. */
    bytes: () => bytes,

    add(dataset: string, rows: readonly Json[] | WrittenRows): void {
      const own = pending.get(dataset) ?? { text: createTextBuffer(), rows: 0 };
      pending.set(dataset, own);
      const isWritten = areWritten(rows);
      bytes += isWritten ? own.text.addBytes(rows.lines) : own.text.add(toLines(dataset, rows));
      own.rows += isWritten ? rows.count : rows.length;
    },

    /**
     * Takes all that waits, at once: what comes later belongs to the next part. The answer writes it, one
     * part for each dataset, and answers the manifests that count them besides those given. Until a commit
     * has saved these, nobody reads the parts.
     */
    take(): (counted: Manifests) => Promise<Manifests> {
      const taken = pending;
      pending = new Map();
      bytes = 0;
      return async (counted) => {
        const written = await Promise.all(
          [...taken].map(async ([dataset, { text, rows }]) => {
            const run = ownRun(counted[dataset], token);
            const name = partName({ jobId, dataset, token, number: run.parts });
            await files.write(name, [Buffer.from(partHeader(run.rows, rows)), ...text.pieces()]);
            return [dataset, addPart(counted[dataset], token, rows)] as const;
          }),
        );
        return { ...counted, ...Object.fromEntries(written) };
      };
    },
  };
}

function toLines(dataset: string, rows: readonly Json[]): string {
  try {
    let lines = "";
    for (const row of rows) {
      const line: string | undefined = JSON.stringify(row); // of `undefined` it makes nothing
      if (line === undefined) throw new TypeError(`a row is ${typeof row}`);
      lines += `${line}\n`;
    }
    return lines;
  } catch (cause) {
    throw new FatalError("not_json", `A row of "${dataset}" cannot be written as JSON.`, { cause });
  }
}
