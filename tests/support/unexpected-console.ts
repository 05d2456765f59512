import { afterEach, beforeEach, expect, vi } from "vitest";

// What is printed to the console in a test is a warning that nobody reads. A test that means it spies on it itself.

const spyOn = (method: "error" | "warn") => vi.spyOn(console, method).mockImplementation(() => {});

let errors: ReturnType<typeof spyOn>;
let warnings: ReturnType<typeof spyOn>;

beforeEach(() => {
  errors = spyOn("error");
  warnings = spyOn("warn");
});

afterEach(() => {
  const said = [...errors.mock.calls, ...warnings.mock.calls];
  errors.mockRestore();
  warnings.mockRestore();
  expect(said, "nothing unexpected on the console").toEqual([]);
});
