/** As much of a test runner as the conformance suites need, in the process that loads the mutants. */
type Act = (...args: never[]) => unknown;

interface Case {
  readonly name: string;
  readonly before: readonly Act[];
  readonly act: Act;
  readonly args: readonly unknown[];
}

const SKIPPED = new Error("This test has nothing to say here.");
const CONTEXT = {
  skip(): never {
    throw SKIPPED;
  },
};

let cases: Case[] = [];
let path: string[] = [];
let before: Act[] = [];
const after: Act[] = [];

export function describe(name: string, body: () => void): void {
  const outer = { path, before };
  path = [...path, name];
  before = [...before];
  body();
  ({ path, before } = outer);
}

function add(name: string, args: readonly unknown[], bodies: readonly unknown[]): void {
  const act = bodies.find((body): body is Act => typeof body === "function");
  const ready: readonly Act[] = before; // filled until the suite has been described
  if (act) cases.push({ name: [...path, name].join(" > "), before: ready, act, args });
}

export const test = (name: string, ...bodies: readonly unknown[]) => add(name, [], bodies);
test.each =
  (rows: readonly unknown[]) =>
  (name: string, ...bodies: readonly unknown[]) => {
    for (const row of rows) add(name, Array.isArray(row) ? row : [row], bodies);
  };
describe.each = (rows: readonly unknown[]) => (name: string, body: (...args: unknown[]) => void) => {
  for (const row of rows) describe(name, () => body(...(Array.isArray(row) ? row : [row])));
};
test.skipIf = () => test;
describe.skipIf = () => describe;
export const beforeEach = (act: Act): void => void before.push(act);
export const onTestFinished = (act: Act): void => void after.push(act);

export { expect } from "vitest";

/** Runs what was described since the last time, up to the first that fails: its name, or null. */
export async function firstFailure(): Promise<string | null> {
  const mine = cases;
  cases = [];
  for (const { name, before, act, args } of mine) {
    try {
      for (const prepare of before) await prepare();
      await act(...([...args, CONTEXT] as never[]));
    } catch (error) {
      if (error !== SKIPPED) return name;
    } finally {
      for (const tidyUp of after.splice(0).reverse()) await tidyUp();
    }
  }
  return null;
}
