import { cutChanges } from "@/lib/core/cut-changes";
import type { Kick } from "@/lib/core/job-store";
import type { Change, Ledger, Range, Scored } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";
import { createDesk, type Desk } from "@/lib/store/jobs/create-desk";
import { askForKick, distinct } from "@/lib/store/jobs/kicks";
import { kickPlace } from "@/lib/store/jobs/places";
import { tellApart } from "@/lib/store/jobs/tell-apart";

export interface Deps {
  readonly ledger: Ledger;
  /** Tells one kick of a queue from the next. */
  readonly nonce: () => string;
  /** Lets one act after the other. */
  readonly inTurn: <Value>(act: () => Promise<Value>) => Promise<Value>;
  /** What one step may write. What is more goes in several, for a database takes only so much in a request. */
  readonly stepBytes?: number | undefined;
}

/** What one item needs written, and its answer once that is written. */
export interface Decision<Answer> {
  readonly answer: Answer;
  /** Null: nothing is to be written. */
  readonly change: Change | null;
  /** Queues in which a job came to be claimable. */
  readonly wakes?: string | readonly string[] | undefined;
  /** For later; published with the answer. */
  readonly kicks?: readonly Kick[] | undefined;
}

/** `later`: what it would be decided on is about to be written by this very round. */
export type Decide<Item, Answer> = (
  items: readonly Item[],
  desk: Desk,
  round: number,
) => Promise<(Decision<Answer> | "later")[]>;

interface Options {
  readonly now: number;
  /** Written in front of the first batch, once that is decided. */
  readonly first?: () => Change;
  /** Read in the same step as the last write. */
  readonly range?: Range | null;
  /** So many batches may be on their way at once; one, where they depend on each other. Not with `first` or `range`. */
  readonly ahead?: number;
}

const TOO_MANY = "Too many others are changing the same at this moment. Try again in a few seconds.";

/** So many jobs share one write. */
const BATCH = 300;
/** A little less than what goes to Redis at once, so that nobody cuts behind us. */
const STEP_BYTES = 900_000;
/** Each round somebody else was faster. */
const MAX_ROUNDS = 25;
/**
 * Of those who want the same at the same moment, one gets it in each round. From this round on, those of this process go
 * one after the other: however many they are, each has to be faster than other processes only.
 */
const IN_TURN_FROM = 4;

/**
 * Reads, decides and writes; decides again for those items that somebody else changed in between.
 * The one loop behind all writes to jobs: batches, kicks and contention are dealt with here.
 */
export async function decideAgain<Item, Answer>(
  { ledger, nonce, inTurn, stepBytes = STEP_BYTES }: Deps,
  items: readonly Item[],
  { now, first, range, ahead = 1 }: Options,
  decide: Decide<Item, Answer>,
): Promise<{ answers: Answer[]; kicks: Kick[]; members: Scored[] }> {
  const answers: Answer[] = Array.from({ length: items.length });
  const kicks: Kick[] = [];
  const asked = new Map<string, string>();
  let members: Scored[] | null = null;
  let isFirst = true;

  /** Every step asks for the workers itself: should we die before the next one, a timer looks after what was written. */
  async function write(changes: readonly Change[], asks: readonly Change[]) {
    const applied: boolean[] = [];
    const asked = asks.map(() => false);
    const steps = cutChanges(changes, stepBytes);
    for (const [n, step] of steps.entries()) {
      const ahead = isFirst && first ? [first()] : [];
      isFirst = false;
      const all = ahead.length + asks.length > 0 ? [...ahead, ...step, ...asks] : step;
      const marks = (await send(all, n === steps.length - 1)).slice(ahead.length);
      applied.push(...marks.slice(0, step.length));
      asks.forEach((_, i) => {
        asked[i] ||= marks[step.length + i] === true;
      });
    }
    return { applied, asked };
  }

  async function send(changes: readonly Change[], isLast: boolean): Promise<boolean[]> {
    if (changes.length === 0) return [];
    if (!range || !isLast) return ledger.apply(changes);
    const result = await ledger.applyAndRange(changes, range);
    members = result.members;
    return result.applied;
  }

  /** Publishes what was asked for, also where the answer to an earlier, identical call got lost. */
  async function noteKicks(queues: readonly string[], applied: readonly boolean[], isContested: boolean) {
    const unclear = isContested ? queues.filter((_, i) => !applied[i]) : [];
    const found = unclear.length > 0 ? await ledger.read(unclear.map(kickPlace)) : [];
    const isOurs = (queue: string) => found[unclear.indexOf(queue)]?.text === asked.get(queue);
    for (const [i, queue] of queues.entries()) {
      if (applied[i] || (unclear.includes(queue) && isOurs(queue))) {
        kicks.push({ queue, nonce: asked.get(queue) ?? "", delayMs: 0 });
      }
    }
  }

  async function decideBatch(batch: readonly number[]): Promise<void> {
    let pending = batch;
    for (let round = 0; pending.length > 0; round += 1) {
      if (round === MAX_ROUNDS) throw new AppError("unavailable", TOO_MANY);
      const left = pending;
      const decideOnce = () => decideRound(left, round);
      pending = await (round < IN_TURN_FROM ? decideOnce() : inTurn(decideOnce));
    }
  }

  /** Answers those that have to be decided again. */
  async function decideRound(pending: readonly number[], round: number): Promise<readonly number[]> {
    const desk = createDesk(ledger);
    const decisions = await decide(
      pending.map((i) => items[i] as Item), // indices of `items` itself
      desk,
      round,
    );
    const again = new Set<number>();
    /** Which of the decisions have something to write, and what. */
    const writing: number[] = [];
    const writes: Change[] = [];
    const woken = new Set<string>();
    decisions.forEach((decision, at) => {
      if (decision === "later") again.add(at);
      else if (decision.change) {
        writing.push(at);
        writes.push(decision.change);
        if (typeof decision.wakes === "string") woken.add(decision.wakes);
        else for (const queue of decision.wakes ?? []) woken.add(queue);
      }
    });
    // Asked for in every round, although most are refused: what an earlier one asked for may be taken back by now.
    const queues = [...woken];
    for (const queue of queues) if (!asked.has(queue)) asked.set(queue, nonce());
    const asks = queues.map((queue) => askForKick(queue, asked.get(queue) ?? "", now));
    const { applied, asked: heard } = await write(tellApart(writes, nonce), asks);
    const refused = writing.filter((_, i) => !applied[i]);
    for (const at of refused) again.add(at);
    await noteKicks(queues, heard, refused.length > 0);

    decisions.forEach((decision, at) => {
      const index = pending[at];
      if (decision === "later" || again.has(at) || index === undefined) return;
      answers[index] = decision.answer;
      if (decision.kicks) kicks.push(...decision.kicks);
    });
    return pending.filter((_, at) => again.has(at));
  }

  const indices = items.map((_, i) => i);
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) => {
    return indices.slice(n * BATCH, (n + 1) * BATCH);
  });
  await eachOf(batches, ahead, decideBatch);
  if (isFirst && first) await write([], []);
  return {
    answers, // of every item, or we threw
    kicks: distinct(kicks),
    members: members ?? (range ? await ledger.range(range) : []),
  };
}

/** Acts on one after the other, so many at once; after an error on none that is not begun, and throws once all have landed. */
async function eachOf<Item>(items: readonly Item[], atOnce: number, act: (item: Item) => Promise<void>) {
  const left = items.values();
  const errors: unknown[] = [];
  async function go(): Promise<void> {
    for (const item of left) {
      if (errors.length > 0) return;
      await act(item).catch((error: unknown) => void errors.push(error));
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, go));
  if (errors.length > 0) throw errors[0];
}
