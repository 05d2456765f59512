import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { parseRange } from "@/lib/api/byte-range";
import { byteStream } from "@/lib/api/byte-stream";
import { download } from "@/lib/api/download";
import { matchesTag } from "@/lib/api/entity-tag";

const text = (value: string) => new TextEncoder().encode(value);

describe("parseRange", () => {
  test.each([
    [null, { kind: "whole" }],
    ["bytes=0-3", { kind: "part", start: 0, end: 4 }],
    ["bytes=8-", { kind: "part", start: 8, end: 10 }],
    ["bytes=-3", { kind: "part", start: 7, end: 10 }],
    ["bytes=-30", { kind: "part", start: 0, end: 10 }],
    ["bytes=9-99", { kind: "part", start: 9, end: 10 }],
    ["bytes=10-", { kind: "unsatisfiable" }],
    ["bytes=-0", { kind: "unsatisfiable" }],
    ["bytes=5-4", { kind: "whole" }],
    ["bytes=0-1,3-4", { kind: "whole" }],
    ["lines=0-1", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
  ])("reads %s of ten bytes", (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });
});

describe("matchesTag", () => {
  test.each([
    [null, false],
    ['"7"', true],
    ['W/"7"', true],
    ['"6", "7"', true],
    ["*", true],
    ['"77"', false],
    ["7", false],
  ])("answers for %s", (condition, matches) => {
    expect(matchesTag(condition, '"7"')).toBe(matches);
  });
});

describe("byteStream", () => {
  test("sends the pieces in order", async () => {
    async function* pieces() {
      yield text("a");
      yield text("b");
    }
    expect(await new Response(await byteStream(pieces())).text()).toBe("ab");
  });

  test("sends nothing for no piece", async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {}
    expect(await new Response(await byteStream(pieces())).text()).toBe("");
  });

  test("throws what fails at once, so that it can still be answered", async () => {
    // biome-ignore lint/correctness/useYield: it fails before its first piece
    async function* pieces(): AsyncGenerator<Uint8Array> {
      throw new Error("no file");
    }
    await expect(byteStream(pieces())).rejects.toThrow("no file");
  });

  test("breaks off when it fails on the way", async () => {
    async function* pieces() {
      yield text("a");
      throw new Error("disk");
    }
    await expect(new Response(await byteStream(pieces())).text()).rejects.toThrow("disk");
  });

  test("reads no further than is taken, and closes its source when the client goes away", async () => {
    const seen: string[] = [];
    async function* pieces() {
      try {
        for (;;) {
          seen.push("read");
          yield text("a");
        }
      } finally {
        seen.push("closed");
      }
    }
    const reader = (await byteStream(pieces())).getReader();
    await reader.read();
    await setImmediate();
    expect(seen).toEqual(["read"]);
    await reader.read();
    await reader.cancel();
    expect(seen).toEqual(["read", "read", "closed"]);
  });
});

describe("download", () => {
  const dispositionOf = async (name: string) => {
    async function* nothing(): AsyncGenerator<Uint8Array> {}
    const response = await download({ name, type: "application/octet-stream", bytes: nothing() });
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    return response.headers.get("content-disposition");
  };

  test.each([
    ["may 2025.csv", `attachment; filename="may 2025.csv"; filename*=UTF-8''may%202025.csv`],
    ["Auszüge.csv", `attachment; filename="Ausz_ge.csv"; filename*=UTF-8''Ausz%C3%BCge.csv`],
    [`a"; x="b.html`, `attachment; filename="a__ x=_b.html"; filename*=UTF-8''a%22%3B%20x%3D%22b.html`],
    ["../a\r\nSet-Cookie: b", `attachment; filename=".._a__Set-Cookie: b"; filename*=UTF-8''.._a__Set-Cookie%3A%20b`],
    ["\u202egpj.exe", `attachment; filename="_gpj.exe"; filename*=UTF-8''_gpj.exe`],
    ["\ud800'(*)", `attachment; filename="_'(*)"; filename*=UTF-8''%EF%BF%BD%27%28%2A%29`],
  ])("names the file %j so that no name escapes its quotes", async (name, disposition) => {
    expect(await dispositionOf(name)).toBe(disposition);
  });
});
