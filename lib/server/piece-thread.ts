import { parentPort } from "node:worker_threads";
import { readRows } from "@/lib/jobs/transactions-import-piece";
import type { Answer, Question } from "@/lib/server/piece-threads";

// A thread that reads pieces of statements, one after the other.

parentPort?.on("message", ({ id, piece, options }: Question) => {
  parentPort?.postMessage(...answer(id, () => readRows(piece, options)));
});

function answer(id: number, read: () => ReturnType<typeof readRows>): [Answer, ArrayBuffer[]] {
  try {
    const rows = read();
    return [{ id, rows }, [rows.transactions.lines.buffer as ArrayBuffer, rows.identities.buffer as ArrayBuffer]];
  } catch (error) {
    return [{ id, error }, []];
  }
}
