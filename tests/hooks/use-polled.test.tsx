// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { SWRConfig } from "swr";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { unreachable } from "@/lib/hooks/fetch-json";
import { usePolled } from "@/lib/hooks/use-polled";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const withOwnCache = ({ children }: { readonly children: ReactNode }) => (
  <SWRConfig value={{ provider: () => new Map() }}>{children}</SWRConfig>
);
const itself = (pollAfterMs: number) => pollAfterMs;

/** Follows what answers, one after the other, how soon it wants to be asked again; the last one for ever. */
function follow(...answers: readonly (number | Error)[]) {
  const read = vi.fn(async () => {
    const answer = answers[Math.min(read.mock.calls.length, answers.length) - 1] ?? 0;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const hook = renderHook(
    () => {
      const { data, error } = usePolled("/api/jobs/job_1", read, itself);
      return { data, error };
    },
    { wrapper: withOwnCache },
  );
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  return { read, hook, pass };
}

describe("usePolled", () => {
  test("asks as often as the last answer wants, and no more once that is 0", async () => {
    const { read, pass } = follow(1_000, 1_000, 5_000, 0);
    await pass(50);
    expect(read).toHaveBeenCalledTimes(1);
    await pass(2_100);
    expect(read).toHaveBeenCalledTimes(3);
    await pass(4_000);
    expect(read).toHaveBeenCalledTimes(3);
    await pass(1_500);
    expect(read).toHaveBeenCalledTimes(4);
    await pass(600_000);
    expect(read).toHaveBeenCalledTimes(4);
  });

  test("asks on time however often the page is drawn in between", async () => {
    const { read, hook, pass } = follow(1_000);
    for (let drawn = 0; drawn < 30; drawn += 1) {
      await pass(100);
      hook.rerender();
    }
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  test("keeps the last answer while the connection is lost, and asks again soon", async () => {
    const { hook, pass } = follow(1_000, unreachable(), unreachable(), 2_000);
    await pass(50);
    await pass(1_100);
    expect(hook.result.current).toEqual({ data: 1_000, error: unreachable() });
    await pass(5_000);
    expect(hook.result.current).toEqual({ data: 2_000, error: undefined });
  });

  test("does not ask in a hidden tab", async () => {
    const { read, pass } = follow(1_000);
    await pass(50);
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await pass(60_000);
    expect(read).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
    await pass(1_100);
    expect(read).toHaveBeenCalledTimes(2);
  });
});
