/** The environment as it was given, before anything parsed it. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable's value without what was pasted around it; undefined if nothing is left. */
export function setting(variables: Variables, name: string): string | undefined {
  return unpasted(name, variables[name] ?? "") || undefined;
}

/** Takes off what copying leaves around a value: blanks, quotes, its own name. */
export function unpasted(name: string, given: string): string {
  const bare = given.trim().replace(new RegExp(`^(?:export\\s+)?${name}\\s*=\\s*`), "");
  return bare.replace(/^(["'`])(.*)\1$/s, "$2").trim();
}

/** The first of these variables that is set, with its name. */
export function firstOf(variables: Variables, ...names: readonly string[]) {
  for (const name of names) {
    const value = setting(variables, name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}
