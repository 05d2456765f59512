import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import type { Woken } from "@/lib/core/wake";
import { Json } from "@/lib/json";

export interface OrderServices {
  /** Called once in each slice of the stage that waits, with what it found. */
  readonly onWoken: (woken: Woken | null) => void;
}

/** Waits for three payments, each at most a minute, and writes what came of each as a row. */
export const orderJob = jobDefiner<OrderServices>()({
  name: "tests.order",
  queue: "tests",
  input: z.object({ payments: z.int() }),
  output: z.object({ paid: z.int(), missed: z.int() }),
  stages: { collect: { label: "Waiting for payments", cursor: z.object({ paid: z.int(), missed: z.int() }) } },
  datasets: { payments: Json },

  async *run({ input, stage, services }) {
    const options = { total: input.payments };
    return yield* stage("collect", options, async function* ({ cursor = { paid: 0, missed: 0 }, woken, emit }) {
      services.onWoken(woken);
      let { paid, missed } = cursor;
      if (woken) {
        emit("payments", [woken.timedOut ? "missed" : woken.payload]);
        if (woken.timedOut) missed += 1;
        else paid += 1;
        yield { cursor: { paid, missed }, done: paid + missed };
      }
      if (paid + missed < input.payments) {
        yield { cursor: { paid, missed }, done: paid + missed, waitFor: "paid", timeout: "1m" };
      }
      return { paid, missed };
    });
  },
});
