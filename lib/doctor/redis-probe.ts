/** Sends single commands, each once: the doctor wants the first answer, not the best. */
export interface RedisProbe {
  /** @throws whatever Redis or the way there has to say. */
  readonly call: (command: string, ...args: readonly string[]) => Promise<unknown>;
  readonly close: () => void;
}
