// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { afterEach, describe, expect, test, vi } from "vitest";
import { useImport } from "@/lib/hooks/use-import";
import { useJobControl } from "@/lib/hooks/use-job-control";
import { aJobView } from "@/tests/components/a-job-view";
import { interceptRequests, problemReply } from "@/tests/components/api-double";

const server = interceptRequests();
afterEach(() => {
  cleanup();
  localStorage.clear();
});

describe("what is pressed twice before the page could be drawn again", () => {
  test("cancels once", async () => {
    let sent = 0;
    server.use(
      http.post("*/api/jobs/job_1/cancel", async () => {
        sent += 1;
        await delay(20);
        return HttpResponse.json(aJobView({ stopping: "cancel" }));
      }),
    );
    const { result } = renderHook(() => useJobControl("job_1", { onDeleted: () => {} }));
    await act(() => Promise.all([result.current.control("cancel"), result.current.control("cancel")]));
    expect(sent).toBe(1);
  });

  test("starts one import, and can be started again after it was refused", async () => {
    let started = 0;
    server.use(
      http.post("*/api/uploads", () => {
        started += 1;
        return problemReply(413, "too_large", "Too large.");
      }),
    );
    const onSubmitted = vi.fn();
    const { result } = renderHook(() => useImport({ onSubmitted }));
    const press = () => result.current.start(new File(["a"], "a.csv"), "transactions.import", {});
    await act(() => Promise.all([press(), press()]));
    expect(started).toBe(1);
    await act(press);
    await waitFor(() => expect(started).toBe(2));
    expect(onSubmitted).not.toHaveBeenCalled();
  });
});
