import { describe, expect, test } from "vitest";
import { detectEncoding } from "@/lib/analysis/statement/encoding";

const latin = (text: string) => Buffer.from(text, "latin1");

describe("detectEncoding", () => {
  test.each([
    ["plain ASCII", latin("a,b"), "utf-8", 0],
    ["UTF-8", Buffer.from("ä,€"), "utf-8", 0],
    ["a mark and UTF-8", Buffer.from("\uFEFFä"), "utf-8", 3],
    ["a mark and UTF-16 LE", Buffer.from("\uFEFFa", "utf16le"), "utf-16le", 2],
    ["a mark and UTF-16 BE", Buffer.from("\uFEFFa", "utf16le").swap16(), "utf-16be", 2],
    ["umlauts of one byte", latin("Müller,1"), "windows-1252", 0],
    ["a lone umlaut at the very end", latin("a,B\xfc"), "windows-1252", 0],
    ["UTF-8 that ends inside a character", Buffer.concat([Buffer.from("a,"), latin("\xe2\x82")]), "utf-8", 0],
  ] as const)("finds %s", (_name, bytes, encoding, markBytes) => {
    expect(detectEncoding(bytes, true)).toEqual({ encoding, markBytes });
  });

  test("decides by the first 64 KiB, even if they end inside a character", () => {
    const head = Buffer.concat([Buffer.alloc(65_535, "a"), Buffer.from("ä"), latin("\xfc")]);
    expect(detectEncoding(head, false)).toEqual({ encoding: "utf-8", markBytes: 0 });
  });

  test.each([
    ["nothing", latin(""), "file_empty"],
    ["a mark alone", latin("\xff\xfe"), "file_empty"],
    ["a PNG", latin("\x89PNG"), "file_not_text"],
    ["a spreadsheet", latin("PK\x03\x04"), "file_not_text"],
    ["NUL bytes", latin("a\0b"), "file_not_text"],
  ])("refuses %s", (_name, bytes, problem) => {
    expect(detectEncoding(bytes, true)).toBe(problem);
  });
});
