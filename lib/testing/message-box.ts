import type { Dispatcher } from "@/lib/core/dispatcher";

/** A dispatcher in memory: hands over each kick once its delay is over. */
export function createMessageBox(clock: () => number) {
  let messages: readonly { readonly queue: string; readonly dueAt: number }[] = [];

  const dispatcher: Dispatcher = {
    async kick(kicks) {
      messages = [...messages, ...kicks.map(({ queue, delayMs }) => ({ queue, dueAt: clock() + delayMs }))];
    },
  };

  return {
    dispatcher,
    /** The queue of the first message that is due; null if none is. */
    take(): string | null {
      const found = messages.find(({ dueAt }) => dueAt <= clock());
      messages = messages.filter((message) => message !== found);
      return found?.queue ?? null;
    },
  };
}
