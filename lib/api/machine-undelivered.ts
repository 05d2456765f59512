import { z } from "zod";
import { parseKick, parseMessage } from "@/lib/api/machine-routes";

/** What is read of QStash's failure callback: which message, and how it ended. Its answer and headers stay unread. */
const FailureCallback = z.object({
  sourceMessageId: z.string(),
  sourceBody: z.base64(),
  status: z.number().nullish(),
  retried: z.number().nullish(),
  dlqId: z.string().nullish(),
});

/** Reads which kick QStash has given up; null if the body tells of none. */
export function parseUndelivered(body: string) {
  const callback = parseMessage(FailureCallback, body);
  const kick = callback && parseKick(Buffer.from(callback.sourceBody, "base64").toString("utf8"));
  if (!kick) return null;
  const { sourceMessageId: messageId, status, retried, dlqId } = callback;
  return { queue: kick.queue, messageId, status, retried, dlqId };
}
