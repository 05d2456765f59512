/** How often each thing has happened. */
export type Tally<Name extends string> = Map<Name, number>;

export function count<Name extends string>(tally: Tally<Name>, name: Name): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

export const sum = (tally: ReadonlyMap<string, number>): number => [...tally.values()].reduce((a, b) => a + b, 0);
