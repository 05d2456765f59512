import { Queue, Worker } from "bullmq";

const QUEUE = "bench";

/** BullMQ with its default settings, on a Redis that both share. */
export function createBullmq(port: number) {
  const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
  const queue = new Queue(QUEUE, { connection });

  return {
    queue,
    enqueueAll: (count: number) =>
      queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: "no-op", data: { n } }))),
    enqueue: (n: number) => queue.add("no-op", { n }),

    /** A worker that is at work until it is closed. */
    async work(act: () => Promise<unknown>, concurrency = 100) {
      const worker = new Worker(QUEUE, act, { connection, concurrency, autorun: false });
      worker.on("error", (error) => {
        throw error;
      });
      await worker.waitUntilReady();
      return worker;
    },

    /** Milliseconds until a worker of so many slots has run all that is queued. */
    async drain(expected: number, concurrency = 100): Promise<number> {
      const worker = await this.work(async () => null, concurrency);
      let done = 0;
      const all = new Promise<void>((resolve) => {
        worker.on("completed", () => {
          done += 1;
          if (done === expected) resolve();
        });
      });
      const begun = performance.now();
      void worker.run();
      await all;
      const took = performance.now() - begun;
      await worker.close();
      return took;
    },

    close: () => queue.close(),
  };
}
