import { NOW } from "@/tests/support/builders";

/** Whoever things happen to: once dead, nothing reaches it any more; while it is frozen, everything waits. */
export interface Life {
  readonly name: string;
  /** How far its clock is from the true time. */
  readonly skewMs: number;
  isDead: boolean;
  frozenUntil: number;
}

interface Moment {
  readonly at: number;
  readonly order: number;
  readonly act: () => unknown;
  readonly life: Life | null;
}

export type Timeline = ReturnType<typeof createTimeline>;

/**
 * The only time there is in a simulation. Whatever is to happen stands in one line; each step takes the first,
 * moves the clock there, lets it happen, and lets everybody who heard of it run until all wait again.
 */
export function createTimeline() {
  const line: Moment[] = [];
  let now = NOW;
  let orders = 0;

  function insert(moment: Moment): void {
    let place = line.length;
    for (; place > 0; place -= 1) {
      const before = line[place - 1];
      if (before && (before.at < moment.at || (before.at === moment.at && before.order < moment.order))) break;
    }
    line.splice(place, 0, moment);
  }

  return {
    now: () => now,

    /** Lets something happen after so many milliseconds; to `life`, if it still lives then. */
    after(ms: number, life: Life | null, act: () => unknown): void {
      insert({ at: now + Math.max(0, Math.round(ms)), order: ++orders, act, life });
    },

    /** When the next thing happens; null if nothing ever does. */
    nextAt: () => line[0]?.at ?? null,

    /** Answers whether anything happened. */
    async step(): Promise<boolean> {
      const moment = line.shift();
      if (!moment) return false;
      now = Math.max(now, moment.at);
      const { life } = moment;
      if (life?.isDead) return true;
      if (life && life.frozenUntil > now) {
        insert({ ...moment, at: Math.ceil(life.frozenUntil) });
        return true;
      }
      const acted = moment.act();
      if (acted !== undefined) await acted;
      await untilAllWait();
      return true;
    },
  };
}

/** Promises that can go on do so before a tick comes to this; a turn of the event loop would cost ten times as much. */
const untilAllWait = () => new Promise<void>((resolve) => process.nextTick(resolve));

/** Does something again and again, as long as `life` lives. Answers how to stop that. */
export function every(timeline: Timeline, life: Life, ms: number, act: () => void): () => void {
  let isOver = false;
  const next = () =>
    timeline.after(ms, life, () => {
      if (isOver) return;
      act();
      next();
    });
  next();
  return () => {
    isOver = true;
  };
}
