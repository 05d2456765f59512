import type { TestQueue } from "@/lib/testing/create-test-queue";
import { type Disturbance, describePlace } from "@/lib/testing/disturbance";

/** A queue, and with it whatever a test wants to look at in the end: its jobs, recorded effects. */
interface World {
  readonly queue: Pick<TestQueue<never>, "run" | "reached" | "disturb">;
}

interface Play<W extends World> {
  /** What happens in each world: one run until all is idle, without it. */
  readonly play?: ((world: W) => Promise<void>) | undefined;
}

type Make<W> = () => W | Promise<W>;
type Check<W> = (world: W) => void | Promise<void>;

/**
 * Plays a world undisturbed, and then once for each place where its workers can be killed: before and after each call
 * to the store or the file store, and at each safe point. After each crash the lease runs out and another worker goes on.
 * `check` looks at each end; its errors say where the crash was. Answers how many crashes there were.
 *
 * @throws Error if a world does not come to a place that the undisturbed one came to: it is not always the same.
 */
export function everyCrash<W extends World>(make: Make<W>, check: Check<W>, options: Play<W> = {}): Promise<number> {
  return everyDisturbance(make, check, options, ({ calls, safePoints }) => [
    ...safePoints.map((_, i): Disturbance => ({ kind: "crash", at: { safePoint: i + 1 } })),
    ...calls.flatMap((_, i): Disturbance[] => [
      { kind: "crash", at: { call: i + 1, when: "before" } },
      { kind: "crash", at: { call: i + 1, when: "after" } },
    ]),
  ]);
}

/** As `everyCrash`, with a worker whose time is over at a safe point: the job goes on in a new slice. */
export function everyStop<W extends World>(make: Make<W>, check: Check<W>, options: Play<W> = {}): Promise<number> {
  return everyDisturbance(make, check, options, ({ safePoints }) =>
    safePoints.map((_, i): Disturbance => ({ kind: "stop", at: { safePoint: i + 1 } })),
  );
}

async function everyDisturbance<W extends World>(
  make: Make<W>,
  check: Check<W>,
  { play = ({ queue }) => queue.run() }: Play<W>,
  placesOf: (reached: ReturnType<TestQueue["reached"]>) => readonly Disturbance[],
): Promise<number> {
  const undisturbed = await make();
  await saying("undisturbed", async () => {
    await play(undisturbed);
    await check(undisturbed);
  });
  const disturbances = placesOf(undisturbed.queue.reached());
  for (const disturbance of disturbances) {
    const { kind, at } = disturbance;
    const place = describePlace(at, undisturbed.queue.reached());
    await saying(`${kind === "crash" ? "killed" : "stopped"} ${place}`, async () => {
      const world = await make();
      const hasHappened = world.queue.disturb(disturbance);
      await play(world);
      if (!hasHappened()) throw new Error("This time it never came there. Make each world the same way.");
      await check(world);
    });
  }
  return disturbances.length;
}

/** Lets an error say where it happened, and be the same error otherwise: test runners show what it carries. */
async function saying(what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}
