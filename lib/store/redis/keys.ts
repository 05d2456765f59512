/** Documents, sets and counters may bear the same names; in Redis they share one room, so each kind has its own corner. */
export function createKeys(prefix: string) {
  return {
    document: (key: string) => `${prefix}doc:${key}`,
    set: (name: string) => `${prefix}set:${name}`,
    counter: (name: string) => `${prefix}count:${name}`,
  };
}

export type Keys = ReturnType<typeof createKeys>;
