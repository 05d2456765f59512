import { createHash, createHmac, randomUUID } from "node:crypto";
import { type ClientToken, readClientToken } from "@/tests/support/blob-client-token";

const BLOB_API_URL = "https://vercel.com/api/blob";
const BLOB_STORE = "Sample42";
export const BLOB_TOKEN = `vercel_blob_rw_${BLOB_STORE}_sampleSecret`;
const BLOB_HOME = `https://${BLOB_STORE.toLowerCase()}.private.blob.vercel-storage.com`;

interface StoredBlob {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly contentType: string;
  readonly uploadedAt: string;
}

interface Upload {
  readonly pathname: string;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly etag: string }>;
}

interface Options {
  readonly token?: string;
  /** Where the API is asked, and where blobs are read. */
  readonly apiUrl?: string;
  readonly home?: string;
  readonly clock?: () => number;
  /** Delivers what the service tells an application: an upload from a browser has ended. */
  readonly notify?: (url: string, init: { method: "POST"; headers: Record<string, string>; body: string }) => unknown;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const ANYWHERE = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
};

/**
 * Vercel Blob as its client knows it, with one private store in memory: put, copy, head, list, delete, parts, ranges,
 * tokens for browsers with their limits, and the signed message when a browser's upload has ended. A plain handler
 * of requests, to be put in place of the network or behind a real port.
 */
export function createBlobService(options: Options = {}) {
  const { token = BLOB_TOKEN, apiUrl = BLOB_API_URL, home = BLOB_HOME, clock = Date.now, notify } = options;
  const blobs = new Map<string, StoredBlob>();
  const uploads = new Map<string, Upload>();
  const asked: string[] = [];

  function authorise(request: Request): ClientToken | null {
    const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    if (bearer === token) return null;
    const client = readClientToken(bearer, token);
    if (!client) throw new Refusal(403, "forbidden", "Forbidden");
    if (clock() > client.validUntil) throw new Refusal(403, "forbidden", "Token expired");
    return client;
  }

  function checkWrite(request: Request, client: ClientToken | null, pathname: string, size: number): void {
    if (request.headers.get("x-vercel-blob-access") !== "private") bad("This store is private.");
    if (pathname === "" || pathname.includes("//")) bad("Invalid pathname");
    const mayOverwrite = client ? client.allowOverwrite === true : request.headers.get("x-allow-overwrite") === "1";
    if (blobs.has(pathname) && !mayOverwrite) bad("This blob already exists, use `allowOverwrite: true`.");
    if (!client) return;
    if (client.pathname !== pathname) bad(`"pathname" does not match the token payload`);
    const type = request.headers.get("x-content-type") ?? "application/octet-stream";
    if (client.allowedContentTypes?.includes(type) === false) bad(`contentType "${type}" is not allowed`);
    const most = client.maximumSizeInBytes ?? Number.POSITIVE_INFINITY;
    if (size > most) bad(`the file length cannot be greater than ${most} bytes`);
  }

  function store(request: Request, client: ClientToken | null, pathname: string, bytes: Buffer): Response {
    const contentType = request.headers.get("x-content-type") ?? "application/octet-stream";
    blobs.set(pathname, { bytes, etag: etagOf(bytes), contentType, uploadedAt: new Date(clock()).toISOString() });
    const blob = { ...summaryOf(pathname), contentType, contentDisposition: "attachment" };
    if (client?.onUploadCompleted) tell(client.onUploadCompleted, blob);
    return json(blob);
  }

  function tell({ callbackUrl, tokenPayload }: NonNullable<ClientToken["onUploadCompleted"]>, blob: object): void {
    const body = JSON.stringify({ type: "blob.upload-completed", payload: { blob, tokenPayload } });
    const signature = createHmac("sha256", token).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-vercel-signature": signature };
    notify?.(callbackUrl, { method: "POST", headers, body });
  }

  function summaryOf(pathname: string) {
    const { bytes, etag, uploadedAt } = blobs.get(pathname) ?? missing();
    const url = `${home}/${pathname.split("/").map(encodeURIComponent).join("/")}`;
    return { url, downloadUrl: `${url}?download=1`, pathname, size: bytes.length, uploadedAt, etag };
  }

  function list(query: URLSearchParams): Response {
    const [prefix, after] = [query.get("prefix") ?? "", query.get("cursor") ?? ""];
    const names = [...blobs.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, Number(query.get("limit") ?? 1_000));
    const hasMore = page.length < names.length;
    return json({ blobs: page.map(summaryOf), hasMore, ...(hasMore ? { cursor: page.at(-1) } : {}) });
  }

  async function parts(request: Request, client: ClientToken | null, pathname: string): Promise<Response> {
    const header = (name: string) => decodeURIComponent(request.headers.get(`x-mpu-${name}`) ?? "");
    const action = header("action");
    if (action === "create") {
      checkWrite(request, client, pathname, 0);
      const uploadId = randomUUID();
      uploads.set(uploadId, { pathname, parts: new Map() });
      return json({ uploadId, key: pathname });
    }
    const upload = uploads.get(header("upload-id"));
    if (upload?.pathname !== pathname || header("key") !== pathname) return bad("There is no such upload.");
    if (action === "upload") {
      const bytes = Buffer.from(await request.arrayBuffer());
      checkWrite(request, client, pathname, bytes.length);
      upload.parts.set(Number(header("part-number")), { bytes, etag: etagOf(bytes) });
      return json({ etag: etagOf(bytes) });
    }
    const wanted = ((await request.json()) as { etag: string; partNumber: number }[]).toSorted(
      (a, b) => a.partNumber - b.partNumber,
    );
    const pieces = wanted.map(({ partNumber, etag }) => {
      const part = upload.parts.get(partNumber);
      return part?.etag === etag ? part.bytes : bad(`There is no part ${partNumber}.`);
    });
    if (pieces.slice(0, -1).some(({ length }) => length < 5 * 1024 * 1024)) bad("Only the last part may be smaller.");
    const bytes = Buffer.concat(pieces);
    checkWrite(request, client, pathname, bytes.length);
    uploads.delete(header("upload-id"));
    return store(request, client, pathname, bytes);
  }

  async function answerApi(request: Request, { pathname: path, searchParams: query }: URL): Promise<Response> {
    const client = authorise(request);
    const pathname = query.get("pathname") ?? "";
    const action = path.slice(new URL(apiUrl).pathname.length).replace(/\/$/, "");
    asked.push(`${request.method} ${action || "/"}`);
    if (request.method === "PUT" && action === "") {
      const from = query.get("fromUrl");
      const source = from === null ? null : (blobs.get(pathnameOf(from)) ?? missing());
      const bytes = source ? source.bytes : Buffer.from(await request.arrayBuffer());
      checkWrite(request, client, pathname, bytes.length);
      return store(request, client, pathname, bytes);
    }
    if (request.method === "POST" && action === "/mpu") return parts(request, client, pathname);
    if (client) throw new Refusal(403, "client_token_not_allowed", "Not with a client token.");
    if (request.method === "POST" && action === "/delete") {
      const { urls } = (await request.json()) as { urls: string[] };
      for (const url of urls) blobs.delete(pathnameOf(url));
      return json({});
    }
    if (request.method !== "GET") return bad("There is no such operation.");
    const wanted = query.get("url");
    if (wanted === null) return list(query);
    const name = pathnameOf(wanted);
    const { contentType } = blobs.get(name) ?? missing();
    return json({ ...summaryOf(name), contentType, contentDisposition: "attachment", cacheControl: "private" });
  }

  function read(request: Request, url: string): Response {
    asked.push(`READ ${request.headers.get("range") ?? "all"}`);
    if (request.headers.get("authorization") !== `Bearer ${token}`) throw new Refusal(403, "forbidden", "Forbidden");
    const { bytes, etag, contentType } = blobs.get(pathnameOf(url)) ?? missing();
    const headers = { etag, "content-type": contentType, "accept-ranges": "bytes" };
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
    if (!range)
      return new Response(new Uint8Array(bytes), { headers: { ...headers, "content-length": `${bytes.length}` } });
    const [first, last] = [
      Number(range[1]),
      Math.min(range[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, bytes.length - 1),
    ];
    if (first >= bytes.length)
      return new Response(null, { status: 416, headers: { "content-range": `bytes */${bytes.length}` } });
    return new Response(new Uint8Array(bytes.subarray(first, last + 1)), {
      status: 206,
      headers: {
        ...headers,
        "content-range": `bytes ${first}-${last}/${bytes.length}`,
        "content-length": `${last + 1 - first}`,
      },
    });
  }

  const pathnameOf = (urlOrPathname: string): string =>
    urlOrPathname.startsWith(home)
      ? decodeURIComponent(new URL(urlOrPathname).pathname.slice(new URL(home).pathname.replace(/\/$/, "").length + 1))
      : urlOrPathname;

  async function handle(request: Request): Promise<Response> {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: ANYWHERE });
    try {
      const response = request.url.toLowerCase().startsWith(home.toLowerCase())
        ? read(request, `${home}${request.url.slice(home.length)}`)
        : await answerApi(request, new URL(request.url));
      for (const [name, value] of Object.entries(ANYWHERE)) response.headers.set(name, value);
      return response;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, message } = error;
      return Response.json({ error: { code, message } }, { status, headers: ANYWHERE });
    }
  }

  return { handle, blobs, asked };
}

const json = (value: object): Response => Response.json(value);
const etagOf = (bytes: Buffer): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

function bad(message: string): never {
  throw new Refusal(400, "bad_request", message);
}

function missing(): never {
  throw new Refusal(404, "not_found", "The requested blob does not exist");
}
