import { parseArgs } from "node:util";

/** The arguments of a script that takes a number of rows and flags. @throws Error naming what cannot be understood. */
export function readArguments<const Flag extends string>(defaultRows: number, flags: readonly Flag[]) {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: String(defaultRows) },
      ...Object.fromEntries(flags.map((flag) => [flag, { type: "boolean" as const, default: false }])),
    },
  });
  const rows = Number(values.rows);
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new Error(`--rows takes a number from 1 up, not "${values.rows}".`);
  const given = new Set(Object.keys(values).filter((name) => Reflect.get(values, name) === true));
  return { rows, has: (flag: Flag) => given.has(flag) };
}
