/** Cuts UTF-8 text into its lines, a batch for each piece of bytes, without the line feeds. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string[], void, void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // U+FEFF is a character like any other in the middle
  let rest: string[] = []; // a line longer than a piece grows here, and is put together once
  for await (const piece of pieces) {
    const lines = decoder.decode(piece, { stream: true }).split("\n");
    rest.push(lines.shift() ?? "");
    const last = lines.pop();
    if (last === undefined) continue;
    lines.unshift(rest.join(""));
    rest = [last];
    yield lines;
  }
  const last = rest.join("") + decoder.decode();
  if (last !== "") yield [last];
}
