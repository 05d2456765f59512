import type { FileStore } from "@/lib/core/file-store";
import { createDiskFileStore } from "@/lib/files/disk-file-store";
import { createUploads } from "@/lib/files/uploads";
import { createUserFiles } from "@/lib/files/user-files";
import { createIds } from "@/lib/id";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { temporaryFolder } from "@/tests/support/temporary-folder";

const NOW = 4_102_444_800_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const PART_SIZE = 10;

/** An empty record store in memory. */
export function someRecords(clock: () => number) {
  const ids = createIds(clock);
  return createRecordStore({ ledger: createMemoryLedger({ clock }), nonce: () => ids("nonce") });
}

export const aFileStore = async (): Promise<FileStore> => createDiskFileStore({ directory: temporaryFolder() });

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

/** Uploads and files over an empty store, with parts of ten bytes and a clock that the test moves. */
export async function aDesk() {
  const jobs = new Set<string>();
  const files = await aFileStore();
  let now = NOW;
  const clock = () => now;
  const records = someRecords(clock);
  const ids = createIds(clock);
  const uploads = createUploads({ files, records, clock, ids, maxUploadBytes: 1_000, partSize: PART_SIZE });
  const small = createUploads({ files, records, clock, ids, maxUploadBytes: 5 * 1024 * 1024 });
  const userFiles = createUserFiles({
    files,
    records,
    clock,
    uploads: small,
    isKept: async (jobId) => jobs.has(jobId),
  });

  return {
    files,
    records,
    uploads,
    userFiles,
    jobs,
    now: clock,
    pass: (ms: number) => {
      now += ms;
    },
    stored: async () => (await files.list("uploads/")).map(({ size }) => size),
    /** A whole file, uploaded in parts of ten bytes. */
    async upload(owner: string, text: string) {
      const bytes = bytesOf(text);
      const { uploadId } = await uploads.start(owner, { name: "a.csv", size: bytes.length, type: "text/csv" });
      for (let n = 1; (n - 1) * PART_SIZE < bytes.length; n += 1) {
        await uploads.putPart(owner, uploadId, n, bytes.subarray((n - 1) * PART_SIZE, n * PART_SIZE));
      }
      return { uploadId, ...(await uploads.complete(owner, uploadId)) };
    },
    async sweep() {
      const expired = await records.due(now, 100);
      for (const record of expired) await userFiles.expire(record);
      return expired.map(({ kind }) => kind);
    },
  };
}
