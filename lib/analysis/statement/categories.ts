/** A statement with more categories than this has been given the wrong column. */
export const MAX_CATEGORIES = 500;
const UNCATEGORIZED = "Uncategorized";

export type Categories = ReturnType<typeof createCategories>;

/** The categories of one statement, as each was first spelt: `Food` and `food ` are one. */
export function createCategories() {
  const bySpelling = new Map<string, string>();
  const byKey = new Map<string, string>();
  let fresh: string[] = [];

  return {
    size: () => byKey.size,

    /** Each as it was first spelt. */
    all: (): string[] => [...byKey.values()],

    /** The category that this text means. */
    canonical(text: string): string {
      const known = bySpelling.get(text);
      if (known !== undefined) return known;
      const name = own(text.trim().replace(/\s+/g, " ")) || UNCATEGORIZED;
      const key = name.toLowerCase();
      const category = byKey.get(key) ?? name;
      if (category === name && !byKey.has(key)) {
        byKey.set(key, name);
        fresh.push(name);
      }
      // Spellings come from the file: they may be many more than the categories.
      if (bySpelling.size < 4 * MAX_CATEGORIES && text.length <= 200) bySpelling.set(own(text), category);
      return category;
    },

    /** Those met for the first time since this was last asked. */
    takeFresh(): string[] {
      const taken = fresh;
      fresh = [];
      return taken;
    },

    /** Remembers what an earlier slice has met. */
    restore(names: readonly string[]): void {
      for (const name of names) byKey.set(name.toLowerCase(), name);
    },
  };
}

/** A copy of its own: a slice would keep the whole batch that it was cut from in memory. */
const own = (text: string): string => JSON.parse(JSON.stringify(text)) as string; // a string comes back as one
