/** Messages to us are a few hundred bytes. */
const MAX_BYTES = 64 * 1024;

/** A request's body as text; null if it is larger than any message, so that a stranger cannot fill our memory. */
export async function readMessage(request: Request): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.length;
    if (size > MAX_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size).toString("utf8");
}
