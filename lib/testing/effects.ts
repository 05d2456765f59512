export type Effects = ReturnType<typeof createEffects>;

/**
 * Stands for a provider that knows idempotency keys: what is asked for again under its key does not happen again.
 * It finds out what would go wrong with a real one: an effect under two keys happens twice, and of two effects under
 * one key the second never happens.
 */
export function createEffects() {
  const made = new Map<string, { readonly name: string; readonly answer: unknown; tries: number }>();
  const keysOf = (name: string) => [...made].flatMap(([key, effect]) => (effect.name === name ? key : []));

  return {
    /**
     * Lets an effect happen unless it has under this key, and gives the first time's answer each time. An effect that
     * throws has not happened. @throws Error if the key has stood for another effect.
     */
    async happen<Answer = void>(name: string, key: string, act?: () => Answer | Promise<Answer>): Promise<Answer> {
      const before = made.get(key);
      if (before && before.name !== name) {
        throw new Error(`The key "${key}" stands for "${before.name}" already, so "${name}" would never happen.`);
      }
      if (before) before.tries += 1;
      const effect = before ?? { name, answer: await act?.(), tries: 1 };
      made.set(key, effect);
      return effect.answer as Answer; // of the same effect, by its key
    },

    /** What has happened, in its order: an effect under two keys has twice. */
    names: (): string[] => [...made.values()].map(({ name }) => name),

    /** How often an effect was asked for, under whatever key. */
    tries: (name: string): number => keysOf(name).reduce((sum, key) => sum + (made.get(key)?.tries ?? 0), 0),

    /** @throws Error unless each of these has happened, and only once. */
    once(...names: readonly string[]): void {
      for (const name of names) {
        const keys = keysOf(name);
        if (keys.length === 0) throw new Error(`"${name}" has not happened.`);
        if (keys.length > 1) {
          throw new Error(`"${name}" has happened ${keys.length} times, under the keys ${keys.join(", ")}.`);
        }
      }
    },
  };
}
