import { z } from "zod";

const Answer = z.object({ id: z.int(), result: z.record(z.string(), z.unknown()) });
const Usage = z.object({ usedSize: z.number(), backingStorageSize: z.number() });

/** Reads how much of a Node process's memory is live, through its inspector. */
export async function connectInspector(url: string) {
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const waiting = new Map<number, (result: unknown) => void>();
  let calls = 0;
  socket.addEventListener("message", ({ data }) => {
    const answer = Answer.safeParse(JSON.parse(String(data)));
    if (answer.success) waiting.get(answer.data.id)?.(answer.data.result); // events have no id
  });

  function call(method: string): Promise<unknown> {
    calls += 1;
    socket.send(JSON.stringify({ id: calls, method }));
    return new Promise((resolve) => waiting.set(calls, resolve));
  }

  return {
    /** Bytes of objects and of their buffers that are left after a full collection. */
    async live(): Promise<number> {
      await call("HeapProfiler.collectGarbage");
      const { usedSize, backingStorageSize } = Usage.parse(await call("Runtime.getHeapUsage"));
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
