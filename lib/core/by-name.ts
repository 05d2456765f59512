/** Definitions by their names. @throws RangeError if two have one name: jobs of the one would be run by the other */
export function byName<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  for (const definition of definitions) {
    if (found.has(definition.name)) throw new RangeError(`Two jobs are called "${definition.name}".`);
    found.set(definition.name, definition);
  }
  return found;
}

/** Puts other definitions in place of all that a map holds: whoever has the map goes on with these. */
export function refill<Definition>(held: Map<string, Definition>, latest: ReadonlyMap<string, Definition>): void {
  held.clear();
  for (const [name, definition] of latest) held.set(name, definition);
}
