import { afterEach, beforeEach, expect, vi } from "vitest";

// What is printed to the console in a test is a warning that nobody reads. A test that means it spies on it itself.

let errors: ReturnType<typeof vi.spyOn<typeof console, "error">>;
let warnings: ReturnType<typeof vi.spyOn<typeof console, "warn">>;

beforeEach(() => {
  errors = vi.spyOn(console, "error").mockImplementation(() => {});
  warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  const said = [...errors.mock.calls, ...warnings.mock.calls];
  errors.mockRestore();
  warnings.mockRestore();
  expect(said, "nothing unexpected on the console").toEqual([]);
});
