const text = (content: string): Buffer<ArrayBuffer> => Buffer.from(content);
const HEADER = "Date,Description,Amount\n";
const GOOD = "2025-04-01,Corner Coffee House,-3.50\n";
const MEGABYTE = 1_000_000;
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(2_000, 7)]);

const wide = (cells: readonly string[]) => [...cells, ...Array.from({ length: 297 }, (_, n) => `extra${n}`)].join(",");

export interface BadFile {
  readonly what: string;
  readonly bytes: Buffer<ArrayBuffer>;
  /** The code that refuses it; or how many rows are imported and why the others are not. */
  readonly becomes:
    | { readonly refused: string }
    | { readonly failed: string }
    | { readonly imported: number; readonly rejected: readonly string[] };
}

/** What people really upload. Every one must end in a clear answer, and leave the server standing. */
export const BAD_FILES: readonly BadFile[] = [
  { what: "an empty file", bytes: text(""), becomes: { refused: "file_empty" } },
  { what: "a picture named .csv", bytes: PNG, becomes: { failed: "file_not_text" } },
  { what: "a file full of NUL bytes", bytes: Buffer.alloc(10_000), becomes: { failed: "file_not_text" } },
  { what: "a single column", bytes: text("Amount\n1.00\n2.00\n"), becomes: { failed: "columns_missing" } },
  { what: "a header only", bytes: text(HEADER), becomes: { imported: 0, rejected: [] } },
  {
    what: "ten megabytes in one field",
    bytes: text(`${HEADER}2025-04-01,${"x".repeat(10 * MEGABYTE)},-1.00\n${GOOD}`),
    becomes: { imported: 1, rejected: ["too_long"] },
  },
  {
    what: "a row of one megabyte",
    bytes: text(`${HEADER}2025-04-01,${"many words ".repeat(MEGABYTE / 11)},-1.00\n${GOOD}`),
    becomes: { imported: 1, rejected: ["too_long"] },
  },
  {
    what: "a quote that is never closed",
    bytes: text(`${HEADER}2025-04-01,"Corner Coffee House,-1.00\n${GOOD}`),
    becomes: { imported: 1, rejected: ["quote_unclosed"] },
  },
  {
    what: "300 columns",
    bytes: text(
      `${wide(["Date", "Description", "Amount"])}\n${wide(["2025-04-01", "Corner Coffee House", "-3.50"])}\n`,
    ),
    becomes: { imported: 1, rejected: [] },
  },
  {
    what: "an end in the middle of a character",
    bytes: Buffer.concat([
      text("Date,Amount,Description\n2025-04-01,-3.50,Café\n2025-04-02,-3.50,Caf"),
      Buffer.from([0xc3]),
    ]),
    becomes: { imported: 1, rejected: ["encoding_invalid"] },
  },
];
