/**
 * A response body of pieces as they come, read no faster than it is sent. The first piece is read before
 * this answers, so that what fails at once is still answered as a problem, and not as a broken download.
 */
export async function byteStream(bytes: AsyncIterable<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const pieces = bytes[Symbol.asyncIterator]();
  let next: IteratorResult<Uint8Array> | undefined = await pieces.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = next ?? (await pieces.next());
        next = undefined;
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
