import type { Chance } from "@/rehearsal/chance";
import { type Instance, type Life, startInstance } from "@/rehearsal/instance";

export interface Instances {
  /** One that takes requests; waits for a cold start if there is none. */
  readonly take: () => Promise<Instance>;
  readonly lives: readonly Life[];
  /** From now on nobody crashes before the limit, so that what is exported can be read to its end. */
  readonly calmDown: () => void;
  readonly stop: () => Promise<void>;
}

interface Options {
  readonly count: number;
  readonly env: () => Readonly<Record<string, string>>;
  readonly clock: () => number;
  readonly limitMs: number;
  readonly chance: Chance;
  /** How many crash before their time is up. */
  readonly crashShare: number;
  readonly onOutput: (text: string) => void;
}

const MIN_LIFE_MS = 2_000;

/** Keeps so many instances of the app, each replaced by a fresh one when it is gone. */
export function startInstances({ count, env, clock, limitMs, chance, crashShare, onOutput }: Options): Instances {
  const lives: Life[] = [];
  const running = new Set<Instance>();
  let open: Instance[] = [];
  let waiting: Array<(instance: Instance) => void> = [];
  let isStopping = false;
  let isCalm = false;

  async function keepOne(): Promise<void> {
    while (!isStopping) {
      const willCrash = !isCalm && chance.happens(crashShare);
      const crashAfterMs = willCrash ? chance.between(MIN_LIFE_MS, limitMs) : null;
      const instance = await startInstance({ env: env(), clock, limitMs, crashAfterMs });
      running.add(instance);
      if (isStopping) instance.stop();
      await instance.ready;
      if (instance.isOpen()) {
        open.push(instance);
        for (const resolve of waiting.splice(0)) resolve(instance);
      }
      const life = await instance.ended;
      running.delete(instance);
      open = open.filter((other) => other !== instance);
      if (life.ending !== "stopped") lives.push(life);
      onOutput(instance.output());
    }
  }
  const keepers = Array.from({ length: count }, keepOne);

  return {
    lives,
    take() {
      const [first, ...rest] = open.filter((instance) => instance.isOpen());
      if (first) return Promise.resolve(chance.pick([first, ...rest]));
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    calmDown() {
      isCalm = true;
    },
    async stop() {
      isStopping = true;
      waiting = [];
      for (const instance of running) instance.stop();
      await Promise.all(keepers);
    },
  };
}
