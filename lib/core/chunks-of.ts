import { MAX_CHUNK, type NewChild } from "@/lib/core/children";

/** Inputs that are larger together are sent in several goes. */
const MAX_CHUNK_CHARACTERS = 1024 * 1024;

/** Cuts children into lists of bounded size, which is what is in memory at any time. */
export async function* chunksOf(
  children: Iterable<NewChild> | AsyncIterable<NewChild>,
): AsyncGenerator<readonly NewChild[]> {
  let chunk: NewChild[] = [];
  let characters = 0;
  for await (const child of children) {
    chunk.push(child);
    characters += JSON.stringify(child.input).length;
    if (chunk.length < MAX_CHUNK && characters < MAX_CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}
