import type { Manifest } from "@/lib/core/checkpoint";
import { type AdoptedPart, addTo, adoptingRun, ownRun, type Part, partHeader, partName } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { areAdopted, areWritten, countOf, type EmittedRows } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import type { Json } from "@/lib/json";
import { createTextBuffer } from "@/lib/worker/text-buffer";

/** Rows for a part of our own. */
interface Text {
  readonly text: ReturnType<typeof createTextBuffer>;
  rows: number;
}

/** What will be parts, in their order. */
type Pending = (Text | AdoptedPart)[];

interface PendingRowsDeps {
  readonly files: Pick<FileStore, "write" | "copy">;
  readonly jobId: string;
  readonly token: string;
}

type Manifests = Readonly<Record<string, Manifest>>;

export type PendingRows = ReturnType<typeof createPendingRows>;

/** Rows that a job has emitted and no commit has counted yet, as the bytes that they will be in a part. */
export function createPendingRows({ files, jobId, token }: PendingRowsDeps) {
  /** What each dataset has adopted last; null if something was written behind it. */
  const adopted = new Map<string, Part | null>();
  let pending = new Map<string, Pending>();
  let bytes = 0;

  function textOf(own: Pending): Text {
    const last = own.at(-1);
    if (last && "text" in last) return last;
    const begun = { text: createTextBuffer(), rows: 0 };
    own.push(begun);
    return begun;
  }

  /** Names what waits for a dataset, counts it, and begins to write it: no part waits for another one. */
  async function write(dataset: string, parts: Pending, counted: Manifest | undefined): Promise<Manifest> {
    const writes: Promise<unknown>[] = [];
    let manifest = counted;
    for (const part of parts) {
      const run = "text" in part ? ownRun(manifest, token) : runFor(dataset, part, manifest);
      const name = partName({ jobId, dataset, token: run.token, number: run.parts });
      writes.push("text" in part ? writePart(name, run, part) : files.copy(partName(part.part), name));
      adopted.set(dataset, "text" in part ? null : part.part);
      manifest = addTo(manifest, run, part.rows);
    }
    await Promise.all(writes);
    return manifest ?? [];
  }

  const writePart = (name: string, run: Manifest[number], { text, rows }: Text) =>
    files.write(name, [Buffer.from(partHeader(run.rows, rows)), ...text.pieces()]);

  function runFor(dataset: string, { part, first }: AdoptedPart, manifest: Manifest | undefined): Manifest[number] {
    const before = adopted.get(dataset);
    const last = manifest?.at(-1);
    return last && before && follows(part, before) ? last : adoptingRun(manifest, token, first);
  }

  return {
    /** Bytes that wait to be taken. */
    bytes: () => bytes,

    add(dataset: string, rows: EmittedRows[number]["rows"]): void {
      const own = pending.get(dataset) ?? [];
      pending.set(dataset, own);
      if (areAdopted(rows)) {
        own.push(rows);
        return;
      }
      const into = textOf(own);
      bytes += areWritten(rows) ? into.text.addBytes(rows.lines) : into.text.add(toLines(dataset, rows));
      into.rows += countOf(rows);
    },

    /**
     * Takes all that waits, at once: what comes later belongs to the next part. The answer writes it, one
     * part for each dataset and more where parts are adopted, and answers the manifests that count them besides those
     * given. Until a commit has saved these, nobody reads the parts.
     */
    take(): (counted: Manifests) => Promise<Manifests> {
      if (pending.size === 0) return async (counted) => counted;
      const taken = pending;
      pending = new Map();
      bytes = 0;
      return async (counted) => {
        const written = await Promise.all(
          [...taken].map(async ([dataset, parts]) => [dataset, await write(dataset, parts, counted[dataset])] as const),
        );
        return { ...counted, ...Object.fromEntries(written) };
      };
    },
  };
}

/** Whether a part is the next one of the same run. */
const follows = (part: Part, before: Part): boolean =>
  part.jobId === before.jobId &&
  part.dataset === before.dataset &&
  part.token === before.token &&
  part.number === before.number + 1;

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
