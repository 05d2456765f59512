import type { Job } from "@/lib/core/job";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import type { Json } from "@/lib/json";
import {
  CANCELLER,
  CHILD,
  type ChildInput,
  effectOfChild,
  outputOfChild,
  PARENT,
  type ParentInput,
} from "@/tests/simulation/family";
import { effectsOf, type Input, outputOf, rowsOf, TICKED, WOKEN } from "@/tests/simulation/jobs";
import { READER, type ReaderInput } from "@/tests/simulation/reader";

/** What a job must have done once it has completed, whatever happened to it on the way. */
export interface Expected {
  readonly rows: readonly number[];
  /** Undefined where it depends on what became of others. */
  readonly output: Json | undefined;
  readonly effects: readonly string[];
  /** How often it was woken, or had waited too long. */
  readonly heard: number;
  /** What the job was made for: no other job is. */
  readonly order: string;
}

export function expectedOf({ id, name, input, parent }: Job): Expected {
  const nothing = { rows: [], output: undefined, effects: [], heard: 0 };
  switch (name) {
    case PARENT:
      return { ...nothing, order: `submission ${(input as ParentInput).order}` };
    case READER: {
      const { rows, order } = input as ReaderInput;
      const numbers = Array.from({ length: rows }, (_, row) => row);
      return { ...nothing, rows: numbers, output: rows, order: `submission ${order}` };
    }
    case deliverWebhook.name:
      return { ...nothing, order: id };
    case CANCELLER:
      return { ...nothing, output: null, order: id };
    case CHILD: {
      const { n } = input as ChildInput;
      const effects = [effectOfChild(id)];
      const order = `child ${parent?.index} of ${parent?.id} in round ${parent?.round}`;
      return { rows: [n], output: outputOfChild(n), effects, heard: 0, order };
    }
    default: {
      const own = input as Input;
      const heard = name === WOKEN.name ? own.rows : 0;
      const order = name === TICKED.name ? id : `submission ${own.order}`;
      return { rows: rowsOf(own), output: outputOf(own), effects: effectsOf(own, id), heard, order };
    }
  }
}
