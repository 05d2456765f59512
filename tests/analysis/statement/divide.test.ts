import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBreakCounter, likelyBeginning } from "@/lib/analysis/statement/divide";
import type { Encoding } from "@/lib/analysis/statement/encoding";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";

const aLayout = (encoding: Encoding = "utf-8"): StatementLayout => ({
  format: { encoding, separator: ",", newline: "\n" },
  headers: ["date", "description", "amount"],
  headerLine: 1,
  columns: { date: 0, description: 1, amount: 2 },
  start: { offset: 0, line: 1, isSkipping: false },
});

function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "windows-1252") return Buffer.from(text, "latin1");
  const bytes = Buffer.from(text, "utf16le");
  return encoding === "utf-16le" ? bytes : bytes.swap16();
}

const ENCODINGS = ["utf-8", "windows-1252", "utf-16le", "utf-16be"] as const;

describe("likelyBeginning", () => {
  test.each(ENCODINGS)("is behind the first line break of records, in %s", (encoding) => {
    const rest = "é and more,1.00\n";
    const bytes = encode(`${rest}2025-01-02,Tea,2.00\n2025-01-03,Café,3.00\n20`, encoding);
    expect(likelyBeginning(bytes, aLayout(encoding))).toBe(encode(rest, encoding).length);
  });

  test("passes line breaks by that stand in a quoted field", () => {
    const rest = 'over\nmany\nlines",1.00\n';
    const bytes = encode(`${rest}2025-01-02,Tea,2.00\n2025-01-03,"Tea\nagain",2.00\n`, "utf-8");
    expect(likelyBeginning(bytes, aLayout())).toBe(rest.length);
  });

  test("is behind the first line break if no record looks like the header, and nowhere in one line", () => {
    expect(likelyBeginning(encode("a\nb\nc\n", "utf-8"), aLayout())).toBe(2);
    expect(likelyBeginning(encode("a,b,c", "utf-8"), aLayout())).toBeNull();
  });
});

test.each(ENCODINGS)("line breaks are counted in %s, however the bytes come", (encoding) => {
  const anyText = fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r\n", "\u010a", "\u0a00"), maxLength: 90 });
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 40 }), (given, size) => {
      const text = encoding === "windows-1252" ? given.replace(/[\u0100-\uffff]/g, "x") : given;
      const bytes = encode(text, encoding);
      const counter = createBreakCounter({ encoding, newline: "\n" });
      for (let at = 0; at < bytes.length; at += size) counter.add(bytes.subarray(at, at + size));
      expect(counter.count()).toBe(text.split("\n").length - 1);
    }),
  );
});
