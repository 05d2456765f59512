import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { RetryableError } from "@/lib/errors";
import { inlineReaders, type PieceReaders } from "@/lib/jobs/piece-readers";
import type { PieceOptions, PieceRows } from "@/lib/jobs/transactions-import-piece";

export interface Question {
  readonly id: number;
  readonly piece: Parameters<PieceReaders["read"]>[0];
  readonly options: PieceOptions;
}

export type Answer = { readonly id: number } & ({ readonly rows: PieceRows } | { readonly error: unknown });

/** More than these find nothing to do: one thread hands out and puts together. */
const MAX_THREADS = 4;
/** A thread that has read a piece finds the next one there already. */
const PIECES_PER_THREAD = 3;
/** Where several statements are read at once the threads have enough to do, and what waits for long goes cold. */
const AHEAD_BESIDE_OTHERS = 2;
/** A piece makes a few hundred kilobytes, all of which die young. */
const YOUNG_SPACE_MB = 32;

type Asked = PromiseWithResolvers<PieceRows>;

/**
 * Threads that read pieces, started when there is something to read: one for each processor unless told otherwise.
 * A single one would only get in the way of the thread that does everything else.
 */
export function openPieceReaders(wanted: number | undefined): PieceReaders {
  const threads = wanted ?? Math.min(MAX_THREADS, availableParallelism());
  return threads < 2 ? inlineReaders : createPieceThreads(threads, startThread);
}

const startThread = () =>
  new Worker(new URL("./piece-thread.ts", import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_SPACE_MB },
  });

/** Spreads pieces over threads, each to the one that has the least to do. */
export function createPieceThreads(count: number, start: () => Worker): PieceReaders {
  const threads: ReturnType<typeof createThread>[] = [];
  let lastId = 0;

  function idlest(): ReturnType<typeof createThread> {
    if (threads.length < count) {
      const thread = createThread(start(), () => threads.splice(threads.indexOf(thread), 1));
      threads.push(thread);
      return thread;
    }
    return threads.reduce((least, thread) => (thread.asked() < least.asked() ? thread : least));
  }

  return {
    get ahead() {
      const asked = threads.reduce((sum, thread) => sum + thread.asked(), 0);
      return asked > count * PIECES_PER_THREAD ? AHEAD_BESIDE_OTHERS : count * PIECES_PER_THREAD;
    },
    async read(piece, options) {
      lastId += 1;
      return idlest().ask({ id: lastId, piece, options });
    },
  };
}

function createThread(worker: Worker, onGone: () => void) {
  const asked = new Map<number, Asked>();

  worker.on("message", (answer: Answer) => {
    const question = asked.get(answer.id);
    asked.delete(answer.id);
    if (asked.size === 0) worker.unref(); // with nothing to read, it keeps no process alive
    if ("rows" in answer) question?.resolve(answer.rows);
    else question?.reject(answer.error);
  });
  worker.once("error", gone);
  worker.once("exit", () => gone(undefined));

  let isGone = false;
  function gone(cause: unknown): void {
    if (isGone) return;
    isGone = true;
    onGone();
    const message = "The thread that read the statement has ended. It will try again.";
    for (const { reject } of asked.values()) reject(new RetryableError("reader_lost", message, { cause }));
    asked.clear();
  }

  return {
    asked: () => asked.size,
    ask(question: Question): Promise<PieceRows> {
      const answer = Promise.withResolvers<PieceRows>();
      asked.set(question.id, answer);
      worker.ref();
      const { bytes, found } = question.piece;
      worker.postMessage(question, [bytes.buffer as ArrayBuffer, found.spans.buffer as ArrayBuffer]);
      return answer.promise;
    },
  };
}
