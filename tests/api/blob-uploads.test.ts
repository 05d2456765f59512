import { put } from "@vercel/blob/client";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as callback from "@/app/api/callbacks/blob/route";
import * as file from "@/app/api/files/[id]/route";
import * as complete from "@/app/api/uploads/[id]/complete/route";
import * as token from "@/app/api/uploads/[id]/token/route";
import * as uploads from "@/app/api/uploads/route";
import { readEnv } from "@/lib/env";
import { createLog } from "@/lib/log";
import { server } from "@/lib/server";
import { createServer } from "@/lib/server/create-server";
import { secretsOf } from "@/lib/server/secrets";
import { call } from "@/tests/api/call";
import { useBlobNetwork } from "@/tests/support/blob-network";
import { BLOB_TOKEN } from "@/tests/support/blob-service";
import { temporaryFolder } from "@/tests/support/temporary-folder";

vi.mock("@/lib/server", () => ({ server: vi.fn() }));

const network = useBlobNetwork();
const TEXT = "date,amount\n2025-04-01,1.00\n";
let told: Request[];

beforeEach(async () => {
  told = [];
  network.reset({ notify: (url, init) => void told.push(new Request(url, init)) });
  const env = readEnv({
    DATA_DIR: temporaryFolder(),
    APP_URL: "https://app.test",
    ACCESS: "open",
    LOG_LEVEL: "silent",
    BLOB_READ_WRITE_TOKEN: BLOB_TOKEN,
    AUTH_SECRET: "a secret of these tests, long enough",
    CRON_SECRET: "cron secret of tests",
    WORKER_SECRET: "worker secret of tests",
  });
  const opened = createServer({ env, secrets: secretsOf(env), log: createLog("silent") });
  vi.mocked(server).mockReturnValue(opened);
  await opened;
});
afterAll(() => vi.restoreAllMocks());

/** Calls routes with the session that the first of them gives. */
function aBrowser() {
  let cookie = "";
  return async (route: Parameters<typeof call>[0], options: Parameters<typeof call>[1] = {}) => {
    const response = await call(route, { ...options, owner: null, headers: cookie ? { cookie } : {} });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return response;
  };
}

/** Begins an upload and sends its file to the store. */
async function send(browse: ReturnType<typeof aBrowser>) {
  const body = { name: "a.csv", size: TEXT.length, type: "text/csv", method: "blob" };
  const upload = await (await browse(uploads.POST, { method: "POST", body })).json();
  const params = { id: upload.uploadId };
  const { type, clientToken } = await (await browse(token.POST, { method: "POST", params })).json();
  expect([upload.method, type]).toEqual(["blob", "blob.generate-client-token"]);
  const sending = { access: "private", token: clientToken, contentType: "application/octet-stream" } as const;
  const { etag } = await put(upload.pathname, TEXT, sending);
  return { params, etag, fileId: upload.uploadId.replace("upl_", "file_") };
}

describe("an upload to Vercel Blob", () => {
  test("is told to where the application is reached, and is there before its owner says so", async () => {
    const browse = aBrowser();
    const { params, etag, fileId } = await send(browse);
    const [message] = told;
    if (!message) throw new Error("Nothing was told.");
    expect(message.url).toBe("https://app.test/api/callbacks/blob");

    const answer = await callback.POST(message.clone() as Request);
    expect([answer.status, await answer.json()]).toEqual([200, { state: "completed" }]);
    expect(await (await browse(file.GET, { params: { id: fileId } })).text()).toBe(TEXT);

    const done = await browse(complete.POST, { method: "POST", params });
    expect(await done.json()).toEqual({ fileId, name: "a.csv", size: TEXT.length, sha256: null, etag });
    expect((await callback.POST(message)).status).toBe(200);
  });

  test("is nobody else's, and nothing that somebody made up", async () => {
    const { params } = await send(aBrowser());
    const stranger = aBrowser();
    for (const route of [token.POST, complete.POST]) {
      expect((await stranger(route, { method: "POST", params })).status).toBe(404);
    }
    const body = await told[0]?.text();
    const forged = new Request("https://app.test/api/callbacks/blob", {
      method: "POST",
      headers: { "x-vercel-signature": "0".repeat(64) },
      ...(body === undefined ? {} : { body }),
    });
    expect((await callback.POST(forged)).status).toBe(401);
  });
});
