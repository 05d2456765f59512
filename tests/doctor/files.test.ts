import { beforeEach, describe, expect, test } from "vitest";
import { anExamination, SECRETS } from "@/tests/doctor/an-examination";
import { useBlobNetwork } from "@/tests/support/blob-network";
import { BLOB_TOKEN, type createBlobService } from "@/tests/support/blob-service";

const network = useBlobNetwork();
let service: ReturnType<typeof createBlobService>;
beforeEach(() => {
  service = network.reset();
});

const filesWith = async (token: string) => {
  const { of } = await anExamination({ ...SECRETS, BLOB_READ_WRITE_TOKEN: token });
  return of("files");
};

describe("files on Vercel Blob", () => {
  test("are written, read in part and removed", async () => {
    expect(await filesWith(BLOB_TOKEN)).toEqual(["ok: a file was written to Vercel Blob, read in part and removed."]);
    expect(service.asked.filter((what) => what.startsWith("READ"))).toHaveLength(1);
  });

  test("are refused with a wrong token", async () => {
    const wrong = "vercel_blob_rw_Sample42_another-secret";
    expect(await filesWith(wrong)).toEqual([
      "wrong: Vercel Blob: it refused the token. -> Copy BLOB_READ_WRITE_TOKEN again from Vercel, Storage, your Blob store; the store must be private.",
    ]);
  });

  test("that come back changed are noticed", async () => {
    network.meet((request) =>
      request.method === "GET" && request.url.includes("/blobs/")
        ? new Response(new Uint8Array(16), { status: 206, headers: { "content-range": "bytes 1000-1015/4096" } })
        : null,
    );
    expect((await filesWith(BLOB_TOKEN))[0]).toMatch(/^wrong: Vercel Blob gave back other bytes/);
  });
});
