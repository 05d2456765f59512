import { byteStream } from "@/lib/api/byte-stream";

export interface Download {
  readonly name: string;
  readonly type: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends bytes to be saved, never to be shown: what users have uploaded must not run as a page of ours. */
export async function download({ name, type, bytes, status = 200, headers = {} }: Download): Promise<Response> {
  return new Response(await byteStream(bytes), {
    status,
    headers: {
      "content-type": type,
      "content-disposition": attachment(name),
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "private, no-store",
      ...headers,
    },
  });
}

/** The name twice (RFC 6266): plain for old readers, and whole. */
function attachment(name: string): string {
  const clean = name.toWellFormed().replace(/[\p{Cc}\p{Cf}/\\]/gu, "_");
  const plain = clean.replace(/[^\x20-\x7e]|["%;]/g, "_");
  const whole = encodeURIComponent(clean).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
