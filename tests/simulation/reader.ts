import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import type { SimulatedServices } from "@/tests/simulation/jobs";

export const READER = "simulated.reader";

const Input = z.object({
  fileId: z.string(),
  /** How many lines the file has. */
  rows: z.int(),
  msPerRow: z.int(),
  /** Which submission it is: each makes one job at most. */
  order: z.int(),
});
export type ReaderInput = z.infer<typeof Input>;

/** Every line has as many bytes, and ends elsewhere than a part does. */
const LINE_BYTES = 3;

/** A file whose lines are the numbers from 0. */
export const textOfRows = (rows: number): string =>
  Array.from({ length: rows }, (_, row) => `${String(row).padStart(LINE_BYTES - 1, "0")}\n`).join("");

/** Reads an uploaded file line by line, with a safe point after each, and writes down what stands in it. */
export const reader = jobDefiner<SimulatedServices>()({
  name: READER,
  queue: "alpha",
  input: Input,
  output: z.int(),
  files: ({ fileId }) => [fileId],
  stages: { read: { label: "Reading", cursor: z.object({ row: z.int() }) } },
  datasets: { numbers: z.int() },
  retry: { maxAttempts: 3, firstDelay: "2s", maxDelay: "1m" },
  async *run({ input: { fileId, rows, msPerRow }, stage, services }) {
    yield* stage("read", { total: rows, unit: "rows" }, async function* ({ cursor, emit }) {
      for (let row = cursor?.row ?? 0; row < rows; row += 1) {
        const start = row * LINE_BYTES;
        const line = await Array.fromAsync(services.files.read(fileId, { start, end: start + LINE_BYTES }));
        emit("numbers", [Number.parseInt(Buffer.concat(line).toString(), 10)]);
        await services.work(msPerRow);
        yield { cursor: { row: row + 1 }, done: row + 1 };
      }
    });
    return rows;
  },
});
