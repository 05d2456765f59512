import type { Sent } from "@/lib/webhooks/send";
import { type Action, insist } from "@/tests/simulation/actions";
import type { Fates } from "@/tests/simulation/fates";

/** Receivers by their hosts: most answer; one fails for now, one says that it is gone, one never works. */
const RECEIVERS: readonly [string, ...string[]] = [
  "good.test",
  ...["good.test", "good.test", "good.test", "flaky.test", "flaky.test", "flaky.test", "flaky.test"],
  "gone.test",
  "dead.test",
];

/** An owner wants to be told of each end. */
export const addWebhook: Action = (world, name, chance) => {
  const owner = chance.pick(["ada", "bob"]);
  const host = chance.pick(RECEIVERS);
  const events = chance.pick<readonly ["job.completed"] | readonly ["job.completed", "job.failed", "job.cancelled"]>([
    ["job.completed"],
    ["job.completed", "job.failed", "job.cancelled"],
  ]);
  world.trace(`tell ${owner} of ${events} at ${host}`);
  const wish = { url: `https://${host}/`, description: "", events: [...events], enabled: true };
  return insist(world, name, async (who) => void (await world.pick(who).webhooks.api.create(owner, wish)));
};

/** What a receiver answers to one attempt; `number` counts those of one message. */
export function answerOf(fates: Fates, url: string, id: string, number: number): Sent {
  const name = `${id}/${number}`;
  const isDown = fates.chance(name).happens(0.5) && fates.happens(name, "receiverFails");
  const refused = { kind: "refused", status: 503, error: "It answered 503.", retryAfterMs: null } as const;
  switch (new URL(url).hostname) {
    case "flaky.test":
      return isDown ? refused : { kind: "delivered", status: 204 };
    case "gone.test":
      return { kind: "gone", status: 410, error: "It answered 410." };
    case "dead.test":
      return refused;
    default:
      return { kind: "delivered", status: 204 };
  }
}
