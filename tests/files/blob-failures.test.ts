import { beforeEach, describe, expect, test } from "vitest";
import { FileMissingError } from "@/lib/core/file-store";
import { createBlobFileStore } from "@/lib/files/blob-file-store";
import { bytesOf, textOf } from "@/tests/files/desk";
import { useBlobNetwork } from "@/tests/support/blob-network";
import { BLOB_TOKEN, type createBlobService } from "@/tests/support/blob-service";

const network = useBlobNetwork();
const CONTENT = Buffer.alloc(1_000_000, "longhaul");

let service: ReturnType<typeof createBlobService>;
let waits: number[];
const aStore = (given: { token?: string; timeoutMs?: number } = {}) =>
  createBlobFileStore({ token: BLOB_TOKEN, wait: async (ms) => void waits.push(ms), ...given });

beforeEach(() => {
  service = network.reset();
  waits = [];
});

const isRead = ({ method, url }: Request) => method === "GET" && url.includes("/blobs/");
const answering =
  (status: number, headers: Record<string, string> = {}, error?: object) =>
  () =>
    Response.json({ error }, { status, headers });
const onRead = (answer: (request: Request) => Response) =>
  network.meet((request) => (isRead(request) ? answer(request) : null));
const onApi = (answer: (request: Request) => Response) =>
  network.meet((request) => (isRead(request) ? null : answer(request)));
const rangesRead = () => service.asked.filter((what) => what.startsWith("READ"));

/** Lets the next read carry so many bytes, and then breaks its line. */
const breakAfter = (bytes: number) =>
  network.meet((request, answer) => {
    if (!isRead(request)) return null;
    return answer(request).then(async (whole) => {
      const content = new Uint8Array(await whole.arrayBuffer());
      const body = new ReadableStream({
        start: (stream) => stream.enqueue(content.slice(0, bytes)),
        pull: (stream) => stream.error(new Error("The line broke.")),
      });
      return new Response(body, { status: whole.status, headers: whole.headers });
    });
  });

describe("reading from Vercel Blob", () => {
  test("goes on where a stream broke, as often as it breaks", async () => {
    const files = aStore();
    await files.write("a/file", CONTENT);
    for (const bytes of [300_000, 100_000, 1]) breakAfter(bytes);
    const text = await textOf(files.read("a/file", { start: 7, end: 900_000 }));
    expect(text === CONTENT.subarray(7, 900_000).toString()).toBe(true);
    expect(rangesRead()).toHaveLength(4);
    expect(rangesRead()[0]).toBe("READ bytes=7-899999");
  });

  test("does not take a broken stream for the end of a whole file", async () => {
    const files = aStore();
    await files.write("a/file", CONTENT);
    breakAfter(500_000);
    expect((await textOf(files.read("a/file"))).length).toBe(CONTENT.length);
  });

  test("waits as long as it is asked to, and tries again after a failure of the service", async () => {
    const files = aStore();
    await files.write("a/file", bytesOf("0123456789"));
    onRead(answering(429, { "retry-after": "3" }));
    onRead(answering(503));
    onRead(answering(500));
    expect(await textOf(files.read("a/file", { start: 2, end: 5 }))).toBe("234");
    expect(waits).toEqual([3_000, 500, 2_000]);
  });

  test("finds its place where the service sends the whole file instead of the range", async () => {
    const files = aStore();
    await files.write("a/file", bytesOf("0123456789"));
    onRead(() => new Response("0123456789", { headers: { "content-length": "10" } }));
    expect(await textOf(files.read("a/file", { start: 2, end: 5 }))).toBe("234");
  });

  test("goes on where an answer ended before its end without a word", async () => {
    const files = aStore();
    await files.write("a/file", bytesOf("0123456789"));
    onRead(() => {
      const headers = { "content-range": "bytes 1-8/10", etag: service.blobs.get("a/file")?.etag ?? "" };
      return new Response("123", { status: 206, headers });
    });
    expect(await textOf(files.read("a/file", { start: 1, end: 9 }))).toBe("12345678");
    expect(rangesRead()).toEqual(["READ bytes=4-8"]);
  });

  test("gives up with a problem that says to try again", async () => {
    const files = aStore();
    await files.write("a/file", bytesOf("x"));
    for (let times = 0; times < 5; times += 1) onRead(answering(502));
    await expect(textOf(files.read("a/file"))).rejects.toMatchObject({ name: "AppError", code: "unavailable" });
  });

  test("never joins two contents: a file that is replaced while it is read fails", async () => {
    const files = aStore();
    await files.write("a/file", CONTENT);
    breakAfter(400_000);
    const reading = files.read("a/file")[Symbol.asyncIterator]();
    await reading.next();
    await files.write("a/file", Buffer.alloc(1_000_000, "another"));
    const rest = async () => {
      for (let next = await reading.next(); !next.done; next = await reading.next());
    };
    await expect(rest()).rejects.toThrow("was replaced while it was read");
  });

  test("says that a file is missing when it was deleted after its address was known", async () => {
    const files = aStore();
    await files.write("a/file", bytesOf("x"));
    await expect(textOf(files.read("a/none"))).rejects.toBeInstanceOf(FileMissingError);
  });

  test("asks for the address of blobs once", async () => {
    await aStore().write("a/file", bytesOf("x"));
    service.asked.length = 0;
    const files = aStore();
    for (let times = 0; times < 3; times += 1) await textOf(files.read("a/file"));
    expect(service.asked).toEqual(["GET /", "READ all", "READ all", "READ all"]);
  });
});

describe("calling Vercel Blob", () => {
  test("writes what is larger than a chunk in parts, and shows it whole", async () => {
    const files = aStore();
    const large = Buffer.alloc(18 * 1024 * 1024 + 1, "longhaul");
    async function* pieces() {
      for (let at = 0; at < large.length; at += 1_000_003) yield large.subarray(at, at + 1_000_003);
    }
    expect(await files.write("a/large", pieces())).toEqual({ size: large.length });
    expect(service.asked).toEqual(Array.from({ length: 5 }, () => "POST /mpu"));
    expect(service.blobs.get("a/large")?.bytes.equals(large)).toBe(true);
  });

  test("waits as long as Retry-After says, and then does it", async () => {
    onApi(answering(429, { "retry-after": "2" }, { code: "rate_limited" }));
    expect(await aStore().write("a/file", bytesOf("x"))).toEqual({ size: 1 });
    expect(waits).toEqual([2_000]);
  });

  test("gives up when it is told to come back too often", async () => {
    for (let times = 0; times < 4; times += 1)
      onApi(answering(429, { "retry-after": "900" }, { code: "rate_limited" }));
    await expect(aStore().size("a/file")).rejects.toMatchObject({ code: "unavailable" });
    expect(waits).toEqual([10_000, 10_000, 10_000]);
  });

  test("ends in time where the service answers nothing but failures", async () => {
    for (let times = 0; times < 3; times += 1) onApi(answering(500));
    await expect(aStore({ timeoutMs: 200 }).list("a/")).rejects.toMatchObject({
      name: "AppError",
      code: "unavailable",
    });
  });

  test("gets over a failure of the service", async () => {
    onApi(answering(503));
    expect(await aStore().write("a/file", bytesOf("x"))).toEqual({ size: 1 });
  });

  test("says that the plan is used up", async () => {
    onApi(answering(403, {}, { code: "store_suspended" }));
    await expect(aStore().write("a/file", bytesOf("x"))).rejects.toMatchObject({ code: "storage_full" });
  });

  test("passes a refused token on as what it is, and names no token", async () => {
    const files = aStore({ token: "vercel_blob_rw_Sample42_wrong" });
    const refused = files.write("a/file", bytesOf("x"));
    await expect(refused).rejects.toThrow("Access denied, please provide a valid token for this resource.");
    await expect(refused).rejects.not.toThrow("Sample42_wrong");
  });

  test("lists and deletes more than one page", async () => {
    const files = aStore();
    await files.write("a/0", bytesOf("x"));
    const blob = service.blobs.get("a/0");
    for (let n = 1; blob && n < 1_201; n += 1) service.blobs.set(`a/${n}`, blob);
    expect(await files.list("a/")).toHaveLength(1_201);
    await files.deleteAll("a/");
    expect([...service.blobs.keys()]).toEqual([]);
  });
});
