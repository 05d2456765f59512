import { JobId } from "@/lib/core/job";
import { insist } from "@/tests/simulation/actions";
import type { Instance } from "@/tests/simulation/instance";
import type { Input, Version } from "@/tests/simulation/jobs";
import { giveUpAfter, mustBeAnswered, read, removeReader, upload, uploadTwice } from "@/tests/simulation/uploads";
import type { World } from "@/tests/simulation/world";
import { aNewJob } from "@/tests/support/builders";

/** Something that a caller asks of an instance, and asks again until he is answered. */
type Ask = (instance: Instance, world: World) => Promise<unknown>;
type Script = readonly (readonly [atMs: number, ask: Ask])[];

/** The only job of a script, or the first. */
const FIRST = JobId.parse("job_first");
const QUEUE_OF = { plain: "alpha", latest: "alpha", turns: "beta", woken: "beta" } as const;

/** Adds jobs of one kind in one call. */
function add(
  kind: keyof typeof QUEUE_OF,
  ids: readonly string[],
  options: { order?: number; runInMs?: number } = {},
): Ask {
  return (instance, world) => {
    const jobs = ids.map((id, i) => {
      const input: Input = { rows: 2, msPerRow: 700, waitAt: null, key: "k", order: (options.order ?? 0) + i };
      return aNewJob({
        id: JobId.parse(id),
        name: `simulated.${kind}`,
        queue: QUEUE_OF[kind],
        input,
        runAt: options.runInMs === undefined ? null : world.timeline.now() + options.runInMs,
        uniqueKey: kind === "latest" ? "k" : null,
        onDuplicate: kind === "latest" ? "replace" : undefined,
        concurrencyKey: kind === "turns" ? "k" : null,
      });
    });
    return instance.enqueue(jobs);
  };
}
const first = (kind: keyof typeof QUEUE_OF, options = {}) => [0, add(kind, [FIRST], options)] as const;

const submit: Ask = ({ queue }) =>
  queue.submit({
    owner: "ada",
    name: "simulated.plain",
    input: { rows: 2, msPerRow: 700, waitAt: 1, key: "k", order: 1 },
    idempotencyKey: "once",
    fromApi: false,
  });
const steer =
  (verb: Parameters<Instance["queue"]["control"]>[2]): Ask =>
  ({ queue }) =>
    queue.control(FIRST, "ada", verb);
const wake =
  (id: string): Ask =>
  ({ queue }) =>
    queue.wake(FIRST, "ada", { name: "go", payload: id, id });
const deploy =
  (version: Version): Ask =>
  async (_instance, world) => {
    world.deploy(version);
    for (const { life } of world.instances()) world.kill(life);
  };

const uploadAndRead: Ask = async (instance, world) => {
  await upload(instance, world);
  await read(instance, world, 1, 100);
  await read(instance, world, 2, 1_500);
};

/** Every verb, in as few calls as show it. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  "a submission that waits on its way": [[0, submit]],
  "a batch that takes turns": [[0, add("turns", [FIRST, "job_second", "job_third"])]],
  "a job that comes later": [first("plain", { runInMs: 3_000 })],
  "a cancelled job that is retried": [first("plain"), [600, steer("cancel")], [2_500, steer("retry")]],
  "a cancelled job that begins anew": [first("plain"), [1_000, steer("cancel")], [4_000, steer("restart")]],
  "a job cancelled in line": [
    [0, add("turns", [FIRST, "job_second"])],
    [300, steer("cancel")],
  ],
  "a paused job": [first("plain"), [600, steer("pause")], [3_000, steer("resume")]],
  "a job paused before its time": [first("plain", { runInMs: 3_000 }), [500, steer("pause")], [5_000, steer("resume")]],
  "a job that is woken, early, late and twice": [
    first("woken"),
    [50, wake("early")],
    [4_000, wake("late")],
    [4_100, wake("late")],
  ],
  "a job that makes way for another": [first("latest"), [600, add("latest", ["job_second"], { order: 1 })]],
  "a queue that is paused": [
    [0, ({ pauseQueue }) => pauseQueue("alpha")],
    [300, add("plain", [FIRST])],
    [2_000, ({ resumeQueue }) => resumeQueue("alpha")],
  ],
  "a job that is removed": [first("plain"), [9_000, ({ queue }) => queue.remove(FIRST, "ada")]],
  "a job whose cursor nobody can read any more": [first("plain"), [1_300, deploy("other-cursor")]],
  "a file of two jobs, of which one is removed": [
    [0, uploadAndRead],
    [2_500, removeReader(1, 2)],
    [9_000, removeReader(2)],
    [118_000, mustBeAnswered([1, 2])],
  ],
  "an upload of which everything comes twice": [
    [0, uploadTwice],
    [118_000, mustBeAnswered([])],
  ],
  "an upload whose caller leaves at the first failure": [[0, giveUpAfter(2, "completes")]],
  "an upload that is abandoned": [[0, giveUpAfter(1, "leaves")]],
  "a job that is not defined any more": [first("turns"), [1_300, deploy("removed")]],
};

/** Puts a script into a world's timeline. */
export const planScript = (script: Script) => (world: World) => {
  for (const [i, [atMs, ask]] of script.entries()) {
    const name = `ask-${i}`;
    world.timeline.after(
      atMs,
      null,
      () => void insist(world, name, async (who) => void (await ask(world.pick(who), world))),
    );
  }
};
