import type { Dispatcher } from "@/lib/core/dispatcher";
import { createQstashClient } from "@/lib/dispatch/qstash-client";
import { type Destination, toQstashMessage } from "@/lib/dispatch/qstash-message";
import { createResend, type ResendDeps } from "@/lib/dispatch/resend";

interface QstashDispatcherDeps extends Destination, ResendDeps {
  readonly url: string;
  readonly token: string;
}

/** The longest delay that every plan allows. The sweep promotes what is due later, and kicks then. */
const LONGEST_DELAY_MS = 7 * 86_400_000;
const MESSAGES_PER_REQUEST = 100;

/**
 * Publishes kicks to QStash, which calls the worker route: after their delay, and again if that failed.
 *
 * @throws if QStash could not be reached in several tries, or refused. Some of the kicks may be on their way.
 */
export function createQstashDispatcher({
  url,
  token,
  baseUrl,
  bypassSecret,
  ...deps
}: QstashDispatcherDeps): Dispatcher {
  const client = createQstashClient({ url, token });
  const resend = createResend(deps);
  type Message = ReturnType<typeof toQstashMessage>;

  async function publish(messages: readonly Message[]): Promise<void> {
    const [first] = messages;
    if (first && messages.length === 1) return void (await client.publish(first));
    const answers = await client.batch([...messages]);
    const taken = answers.filter((answer) => "messageId" in answer).length;
    if (taken < messages.length) throw new Error(`QStash took ${taken} of ${messages.length} kicks.`);
  }

  return {
    async kick(kicks) {
      const messages = kicks
        .filter(({ delayMs }) => delayMs <= LONGEST_DELAY_MS)
        .map((kick) => toQstashMessage(kick, { baseUrl, bypassSecret }));
      for (let sent = 0; sent < messages.length; sent += MESSAGES_PER_REQUEST) {
        const some = messages.slice(sent, sent + MESSAGES_PER_REQUEST);
        await resend(() => publish(some));
      }
    },
  };
}
