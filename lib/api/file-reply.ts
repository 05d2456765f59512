import { parseRange } from "@/lib/api/byte-range";
import { download } from "@/lib/api/download";
import { problemResponse, toProblem } from "@/lib/api/problem";
import type { FileView } from "@/lib/contracts/uploads";
import { AppError } from "@/lib/errors";

export interface FileReader {
  stat(owner: string, fileId: string): Promise<FileView>;
  read(
    owner: string,
    fileId: string,
    range?: { readonly start?: number; readonly end?: number },
  ): AsyncIterable<Uint8Array>;
}

/** Sends an uploaded file, or the one range of it that was asked for. */
export async function fileReply(files: FileReader, owner: string, fileId: string, headers: Headers): Promise<Response> {
  const { name, size } = await files.stat(owner, fileId);
  // A file never changes under its id, so the id alone says which bytes a client has already.
  const etag = `"${fileId}"`;
  const condition = headers.get("if-range");
  const range = parseRange(condition === null || condition === etag ? headers.get("range") : null, size);
  if (range.kind === "unsatisfiable") {
    const error = new AppError("range_not_satisfiable", `The file has ${size} bytes.`, { details: { size } });
    return problemResponse(toProblem(error), { "content-range": `bytes */${size}` });
  }
  const { start, end } = range.kind === "part" ? range : { start: 0, end: size };
  const contentRange = { "content-range": `bytes ${start}-${end - 1}/${size}` };
  return download({
    name,
    type: "application/octet-stream",
    bytes: files.read(owner, fileId, { start, end }),
    status: range.kind === "part" ? 206 : 200,
    headers: {
      "accept-ranges": "bytes",
      "content-length": String(end - start),
      etag,
      ...(range.kind === "part" ? contentRange : {}),
    },
  });
}
