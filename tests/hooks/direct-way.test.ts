import { generateClientTokenFromReadWriteToken } from "@vercel/blob/client";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { DIRECT_PART_BYTES, openDirectWay } from "@/lib/hooks/direct-way";
import { useBlobNetwork } from "@/tests/support/blob-network";
import { BLOB_TOKEN, type createBlobService } from "@/tests/support/blob-service";

const network = useBlobNetwork();
const PATHNAME = "uploads/1/000001";
const until = new AbortController().signal;

let service: ReturnType<typeof createBlobService>;
beforeEach(() => {
  service = network.reset();
});

const aToken = (limits: { maximumSizeInBytes?: number; pathname?: string } = {}) =>
  generateClientTokenFromReadWriteToken({ token: BLOB_TOKEN, pathname: PATHNAME, ...limits });

const bytesOf = (size: number, fill = 1) => new Uint8Array(size).fill(fill).buffer;
const onSent = () => {};
const never = () => new Promise<Response>(() => {});

describe("the direct way into Vercel Blob", () => {
  test("makes one file of parts that come in any order and at once", async () => {
    const way = await openDirectWay({ pathname: PATHNAME, token: await aToken() }, until);
    const sent: number[] = [];
    await Promise.all([
      way.putPart({ n: 2, bytes: bytesOf(10, 2), onSent }, until),
      way.putPart({ n: 1, bytes: bytesOf(DIRECT_PART_BYTES), onSent: (bytes) => void sent.push(bytes) }, until),
    ]);
    await way.end(until);
    const bytes = service.blobs.get(PATHNAME)?.bytes;
    expect([bytes?.length, bytes?.at(0), bytes?.at(-1)]).toEqual([DIRECT_PART_BYTES + 10, 1, 2]);
    expect(sent.at(-1)).toBe(DIRECT_PART_BYTES);
  });

  test("is refused for good with a token for another path", async () => {
    const token = await aToken({ pathname: "uploads/2/000001" });
    const refusal = { name: "ApiProblem", code: "upload_refused", status: 403 };
    await expect(openDirectWay({ pathname: PATHNAME, token }, until)).rejects.toMatchObject(refusal);
  });

  test("is refused for good with more bytes than were announced", async () => {
    const token = await aToken({ maximumSizeInBytes: 10 });
    const way = await openDirectWay({ pathname: PATHNAME, token }, until);
    const refused = way.putPart({ n: 1, bytes: bytesOf(11), onSent }, until);
    await expect(refused).rejects.toMatchObject({ code: "upload_refused" });
  });

  test("gives a quiet line up, so that the part is sent again", async () => {
    const place = { pathname: PATHNAME, token: await aToken(), silenceMs: 50 };
    const way = await openDirectWay(place, until);
    network.meet((request) => (request.headers.get("x-mpu-action") === "upload" ? never() : null));
    const part = { n: 1, bytes: bytesOf(10), onSent };
    await expect(way.putPart(part, until)).rejects.toMatchObject({ code: "unreachable", status: 0 });
    await way.putPart(part, until);
    await way.end(until);
    expect(service.blobs.get(PATHNAME)?.bytes.length).toBe(10);
  });

  test("is the same way after a reload, with the parts that went it", async () => {
    const stored = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const before = await openDirectWay({ pathname: PATHNAME, token: await aToken() }, until);
    await before.putPart({ n: 1, bytes: bytesOf(DIRECT_PART_BYTES), onSent }, until);
    const elsewhere = "uploads/2/000001";
    const token = await aToken({ pathname: elsewhere });
    expect((await openDirectWay({ pathname: elsewhere, token }, until)).sent).toEqual([]);

    const after = await openDirectWay({ pathname: PATHNAME, token: await aToken() }, until);
    expect(after.sent).toEqual([1]);
    await after.putPart({ n: 2, bytes: bytesOf(10), onSent }, until);
    await after.end(until);
    expect(service.blobs.get(PATHNAME)?.bytes.length).toBe(DIRECT_PART_BYTES + 10);
    expect([...stored]).toEqual([]);
  });

  test("ends at once when it is aborted", async () => {
    const way = await openDirectWay({ pathname: PATHNAME, token: await aToken() }, until);
    const own = new AbortController();
    network.meet((request) => {
      if (request.headers.get("x-mpu-action") !== "upload") return null;
      own.abort(new Error("cancelled"));
      return never();
    });
    await expect(way.putPart({ n: 1, bytes: bytesOf(10), onSent }, own.signal)).rejects.toThrow("cancelled");
  });
});
