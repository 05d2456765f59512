import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";

/** Looks at each item of a shop, and keeps its price. */
export const checkPrices = defineJob({
  name: "prices.check",
  queue: "prices",
  input: z.object({ shop: z.string(), items: z.int().min(1) }),
  output: z.object({ cents: z.int() }),
  stages: {
    check: { label: "Checking prices", cursor: z.object({ item: z.int(), cents: z.int() }) },
    report: "Reporting",
  },
  datasets: { prices: z.object({ item: z.int(), cents: z.int() }) },
  public: true,
  retry: { maxAttempts: 5 },
  uniqueKey: ({ shop, items }) => `${shop} ${items}`,
  concurrencyKey: ({ shop }) => shop,
  rateLimit: { key: ({ shop }) => shop, limit: 10, per: "1m" },

  async *run({ input, stage, log }) {
    const cents = yield* stage("check", { total: input.items, unit: "items" }, async function* ({ cursor, emit }) {
      let { item, cents } = cursor ?? { item: 0, cents: 0 };
      while (item < input.items) {
        const price = 100 + ((item * 37) % 900); // stands for a look at the shop
        emit("prices", [{ item, cents: price }]);
        item += 1;
        cents += price;
        yield { cursor: { item, cents }, done: item };
      }
      return cents;
    });
    yield* stage("report", () => log.info(`${input.items} items of ${input.shop} cost ${cents} cents`));
    return { cents };
  },
});
