import { beforeEach, describe, expect, test, vi } from "vitest";
import * as file from "@/app/api/files/[id]/route";
import * as files from "@/app/api/files/route";
import * as complete from "@/app/api/uploads/[id]/complete/route";
import * as part from "@/app/api/uploads/[id]/parts/[n]/route";
import * as upload from "@/app/api/uploads/[id]/route";
import * as uploads from "@/app/api/uploads/route";
import { PART_SIZE } from "@/lib/contracts/uploads";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

beforeEach(() => {
  startApplication();
});

const put = (body: string, query = "?name=a.csv") => call(files.PUT, { method: "PUT", body, query });

describe("uploads", () => {
  test("take parts and become a file", async () => {
    const begun = await call(uploads.POST, { method: "POST", body: { name: "a.csv", size: 6, type: "text/csv" } });
    expect(begun.status).toBe(201);
    const { uploadId: id } = await begun.json();
    const early = await call(complete.POST, { method: "POST", params: { id } });
    expect(await early.json()).toMatchObject({ status: 409, code: "parts_missing", missing: [1] });

    const stored = await call(part.PUT, { method: "PUT", params: { id, n: "1" }, body: "date" });
    expect([stored.status, await stored.json()]).toEqual([200, { n: 1, size: 4 }]);
    await call(part.PUT, { method: "PUT", params: { id, n: "2" }, body: "\n1" });
    expect(await (await call(upload.GET, { params: { id } })).json()).toMatchObject({ uploadId: id, parts: [1, 2] });

    const done = await call(complete.POST, { method: "POST", params: { id } });
    expect(await done.json()).toEqual({ fileId: `file_${id}`, name: "a.csv", size: 6, sha256: null });
  });

  test.each(["0", "-1", "1.5", "x"])("have no part %s", async (n) => {
    const response = await call(part.PUT, { method: "PUT", params: { id: "upl_1", n }, body: "x" });
    expect(await response.json()).toMatchObject({ status: 422, code: "invalid_request" });
  });

  test("take no part over the limit", async () => {
    await call(uploads.POST, { method: "POST", body: { name: "a", size: 6 } });
    const body = "x".repeat(PART_SIZE + 1);
    const response = await call(part.PUT, { method: "PUT", params: { id: "upl_1", n: "1" }, body });
    expect(await response.json()).toMatchObject({ status: 413, code: "too_large" });
    expect(await (await call(upload.GET, { params: { id: "upl_1" } })).json()).toMatchObject({ parts: [] });
  });

  test("need a name, a size and a method there is", async () => {
    const bodies = [{ size: 1 }, { name: "a", size: -1 }, { name: "a", size: 1, method: "pigeon" }];
    const replies = await Promise.all(bodies.map((body) => call(uploads.POST, { method: "POST", body })));
    expect(replies.map(({ status }) => status)).toEqual([422, 422, 422]);
  });
});

describe("PUT /api/files", () => {
  test("stores a small file in one call", async () => {
    const response = await put("0123456789");
    expect([response.status, await response.json()]).toEqual([
      201,
      { fileId: "file_1", name: "a.csv", size: 10, sha256: null },
    ]);
  });

  test("needs a name, and takes no more than one part", async () => {
    expect((await put("x", "")).status).toBe(422);
    expect((await put("x".repeat(PART_SIZE + 1))).status).toBe(413);
  });
});

describe("GET /api/files/:id", () => {
  const get = (headers: Record<string, string> = {}) => call(file.GET, { params: { id: "file_1" }, headers });
  beforeEach(() => put("0123456789", "?name=%22a%22.html"));

  test("sends the file to be saved, never to be shown", async () => {
    const response = await get();
    expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
    expect(Object.fromEntries(response.headers)).toEqual({
      "accept-ranges": "bytes",
      "cache-control": "private, no-store",
      "content-disposition": `attachment; filename="_a_.html"; filename*=UTF-8''%22a%22.html`,
      "content-length": "10",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-type": "application/octet-stream",
      etag: '"file_1"',
      "x-content-type-options": "nosniff",
    });
  });

  test.each<[Record<string, string>, number, string, string | null]>([
    [{ range: "bytes=2-4" }, 206, "234", "bytes 2-4/10"],
    [{ range: "bytes=-2" }, 206, "89", "bytes 8-9/10"],
    [{ range: "bytes=2-4", "if-range": '"file_1"' }, 206, "234", "bytes 2-4/10"],
    [{ range: "bytes=2-4", "if-range": '"file_2"' }, 200, "0123456789", null],
  ])("answers %j", async (headers, status, text, contentRange) => {
    const response = await get(headers);
    const { "content-length": length, "content-range": range = null } = Object.fromEntries(response.headers);
    expect([response.status, await response.text(), length, range]).toEqual([
      status,
      text,
      String(text.length),
      contentRange,
    ]);
  });

  test("refuses a range behind the end, and says how long the file is", async () => {
    const response = await get({ range: "bytes=10-" });
    expect(response.headers.get("content-range")).toBe("bytes */10");
    expect(await response.json()).toMatchObject({ status: 416, code: "range_not_satisfiable", size: 10 });
  });
});
