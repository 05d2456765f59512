import fc from "fast-check";
import { expect, test } from "vitest";
import { cutPieces, readPiece } from "@/lib/analysis/statement/cut-pieces";
import { cutRecords, type TextFormat } from "@/lib/analysis/statement/read-batches";
import type { Position } from "@/lib/analysis/statement/read-stretches";

const START: Position = { offset: 0, line: 1, isSkipping: false };
const FORMAT: TextFormat = { encoding: "utf-8", separator: ",", newline: "\n" };

const anyText = fc.string({
  unit: fc.constantFrom("a", "é", ",", '"', "\n", "\r\n", " ", "€", "bcdef"),
  maxLength: 80,
});
const anySize = fc.integer({ min: 1, max: 40 });

/** Bytes as a store hands them over: in pieces of its own. */
const stored = (bytes: Uint8Array, size: number) =>
  async function* ({ start, end = bytes.length }: { readonly start: number; readonly end?: number }) {
    for (let at = start; at < end; at += size) yield bytes.slice(at, Math.min(end, at + size));
  };

async function piecesOf(bytes: Uint8Array, from: Position, { size, storedSize }: { size: number; storedSize: number }) {
  return Array.fromAsync(cutPieces(stored(bytes, storedSize), FORMAT, { from }, size));
}

const seenIn = ({ records, text }: Pick<ReturnType<typeof readPiece>, "records" | "text">) =>
  records.map(({ line, fields, problem, start, end }) => ({ line, fields, problem, raw: text.slice(start, end) }));

test("pieces, whatever their size, hold the records of the whole", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anySize, anySize, async (text, size, storedSize) => {
      const bytes = new TextEncoder().encode(text);
      const pieces = await piecesOf(bytes, START, { size, storedSize });
      const records = pieces.flatMap((piece) => seenIn(readPiece(piece, FORMAT)));
      expect(records).toEqual(seenIn(cutRecords(bytes, FORMAT, START, true)));
    }),
  );
});

test("who goes on from the end of one piece comes by all the later ones, however the bytes arrive", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anySize, fc.nat(), async (text, size, pick) => {
      const bytes = new TextEncoder().encode(text);
      const all = await piecesOf(bytes, START, { size, storedSize: 7 });
      const at = all.length === 0 ? 0 : pick % all.length;
      const from = all[at]?.next ?? START;
      const rest = await piecesOf(bytes, from, { size, storedSize: 3 });
      expect(rest.map(({ next }) => next)).toEqual(all.slice(at + 1).map(({ next }) => next));
    }),
  );
});

test("two readers, one up to any line break and one from where that came to, find the records of the whole", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anySize, anySize, fc.nat(), async (text, size, storedSize, pick) => {
      const bytes = new TextEncoder().encode(text);
      const breaks = [...bytes.keys()].filter((at) => bytes[at] === 10);
      const until = breaks.length === 0 ? 0 : (breaks[pick % breaks.length] ?? 0) + 1;
      const read = stored(bytes, storedSize);
      const first = await Array.fromAsync(cutPieces(read, FORMAT, { from: START, until }, size));
      const second = await Array.fromAsync(cutPieces(read, FORMAT, { from: first.at(-1)?.next ?? START }, size));
      expect(Math.max(0, ...first.map(({ next }) => next.offset))).toBeLessThanOrEqual(until);
      const records = [...first, ...second].flatMap((piece) => seenIn(readPiece(piece, FORMAT)));
      expect(records).toEqual(seenIn(cutRecords(bytes, FORMAT, START, true)));
    }),
  );
});
