import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";

interface WordServices {
  readonly mails: { send(to: string, words: number, effectKey: string): Promise<void> };
}

/** Counts the words of a text line by line, and mails the sum. */
export const countWords = jobDefiner<WordServices>()({
  name: "words.count",
  queue: "texts",
  input: z.object({ lines: z.array(z.string()), to: z.string() }),
  output: z.object({ words: z.int() }),
  stages: {
    count: { label: "Counting words", cursor: z.object({ line: z.int(), words: z.int() }) },
    mail: "Sending the sum",
  },
  datasets: { lines: z.object({ line: z.int(), words: z.int() }) },

  async *run({ input: { lines, to }, stage, services }) {
    const words = yield* stage("count", { total: lines.length, unit: "lines" }, async function* ({ cursor, emit }) {
      let { line, words } = cursor ?? { line: 0, words: 0 };
      while (line < lines.length) {
        const found = (lines[line] ?? "").split(/\s+/).filter(Boolean).length;
        emit("lines", [{ line, words: found }]);
        line += 1;
        words += found;
        yield { cursor: { line, words }, done: line };
      }
      return words;
    });
    yield* stage("mail", ({ effectKey }) => services.mails.send(to, words, effectKey()));
    return { words };
  },
});
