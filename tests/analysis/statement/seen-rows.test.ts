import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Identifiable, identify } from "@/lib/analysis/statement/identity";
import { createIdentityTable } from "@/lib/analysis/statement/identity-table";

const aRow = (row: Partial<Identifiable> = {}): Identifiable => ({
  day: 20_193,
  type: "expense",
  minor: 250,
  description: "Coffee",
  balance: null,
  ...row,
});
const identityOf = (row: Identifiable) => {
  const words = new Uint32Array(4);
  identify(row, words);
  return [...words].join();
};

describe("identify", () => {
  test("tells rows apart by each of their parts", () => {
    const rows = [
      aRow(),
      aRow({ day: 20_194 }),
      aRow({ type: "income" }),
      aRow({ minor: 251 }),
      aRow({ minor: 250 + 2 ** 32 }),
      aRow({ description: "Coffees" }),
      aRow({ description: "" }),
      aRow({ balance: 0 }),
      aRow({ balance: -1 }),
      aRow({ balance: 2 ** 32 }),
    ];
    expect(new Set(rows.map(identityOf)).size).toBe(rows.length);
  });

  test("knows no case and counts spaces once", () => {
    expect(identityOf(aRow({ description: "CAFÉ  au\tLait" }))).toBe(identityOf(aRow({ description: "Café au lait" })));
  });

  test("is the same for the same row, whatever came before it, and another for another", () => {
    const isSpace = (char: string) => char <= " " || char === "\u00a0";
    const key = (text: string) =>
      [...text.toLowerCase()].reduce((done, char) => {
        if (!isSpace(char)) return done + char;
        return done.endsWith(" ") ? done : `${done} `;
      }, "");
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (a, b) => {
        const isSame = identityOf(aRow({ description: a })) === identityOf(aRow({ description: b }));
        expect(isSame).toBe(key(a) === key(b));
      }),
    );
  });

  test("spreads rows that differ by little over all bits of every word but the six of the day", () => {
    const ones = new Array<number>(128).fill(0);
    const words = new Uint32Array(4);
    const rows = 4_000;
    for (let minor = 0; minor < rows; minor += 1) {
      identify(aRow({ minor }), words);
      for (let bit = 0; bit < 128; bit += 1)
        ones[bit] = (ones[bit] ?? 0) + (((words[bit >> 5] ?? 0) >>> (bit & 31)) & 1);
    }
    const spread = ones.filter((_, bit) => bit < 26 || bit > 31);
    expect(Math.min(...spread)).toBeGreaterThan(rows * 0.45);
    expect(Math.max(...spread)).toBeLessThan(rows * 0.55);
  });

  test("begins with the day, so that rows of a day stand together in a table", () => {
    const firstBitsOf = (day: number) => {
      const words = new Uint32Array(4);
      identify(aRow({ day }), words);
      return (words[0] ?? 0) >>> 26;
    };
    expect([0, 1, 63, 64, 20_193].map(firstBitsOf)).toEqual([0, 1, 63, 0, 20_193 % 64]);
  });
});

describe("createIdentityTable", () => {
  test("counts each identity, however large it grows", () => {
    const table = createIdentityTable();
    const words = new Uint32Array(4);
    const rows = 60_000;
    for (let round = 0; round < 2; round += 1) {
      for (let minor = 0; minor < rows; minor += 1) {
        identify(aRow({ minor }), words);
        if (table.add(words) !== round) throw new Error(`Row ${minor} was miscounted in round ${round}.`);
      }
    }
    expect(table.size()).toBe(rows);
    expect(table.bytes() / rows).toBeLessThanOrEqual(32);
    identify(aRow({ minor: rows }), words);
    expect(table.has(words)).toBe(false);
  });
});
