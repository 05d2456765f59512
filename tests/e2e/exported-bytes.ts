import { createHash } from "node:crypto";
import type { ApiClient } from "@/scripts/api-client";

/** What an import has written, so that two of them can be compared byte for byte. */
export async function exportedBytes(client: ApiClient, jobId: string) {
  const [transactions, rejected] = await Promise.all([
    client.download(jobId, "transactions"),
    client.download(jobId, "rejected"),
  ]);
  return { transactions: fingerprintOf(transactions), rejected: fingerprintOf(rejected) };
}

function fingerprintOf(bytes: Uint8Array) {
  const lines = bytes.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
  return { size: bytes.length, lines, sha256: createHash("sha256").update(bytes).digest("hex") };
}
