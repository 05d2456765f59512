// @vitest-environment jsdom
import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { JobPage } from "@/components/jobs/job-page";
import { aCompletedJobView, aJobView } from "@/tests/components/a-job-view";
import { interceptRequests, problemReply } from "@/tests/components/api-double";
import { show } from "@/tests/components/show";

const push = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }), usePathname: () => "/jobs/job_1" }));

const server = interceptRequests();
beforeEach(() => {
  push.mockReset();
  document.title = "Job · Longhaul";
  // jsdom knows <dialog>, but not how to open it
  HTMLDialogElement.prototype.showModal = function open() {
    this.setAttribute("open", "");
  };
  HTMLDialogElement.prototype.close = function close() {
    this.removeAttribute("open");
    this.dispatchEvent(new Event("close"));
  };
});
afterEach(cleanup);

const progress = () => screen.findByRole("progressbar", { name: "Progress" });

/** Answers with each job once, and with the last for ever. */
function answerWith(...jobs: readonly ReturnType<typeof aJobView>[]) {
  const asked = { times: 0 };
  server.use(
    http.get("*/api/jobs/job_1", () => {
      const job = jobs[Math.min(asked.times, jobs.length - 1)];
      asked.times += 1;
      return HttpResponse.json(job);
    }),
  );
  return asked;
}

const generic = { name: "data.profile", input: {}, datasets: {} };

describe("JobPage", () => {
  test("holds the page's place until the job is there", () => {
    server.use(http.get("*/api/jobs/job_1", () => delay("infinite")));
    show(<JobPage id="job_1" />);
    expect(screen.getByLabelText("Loading the job").getAttribute("aria-busy")).toBe("true");
  });

  test("says that there is no such job, and where to go", async () => {
    server.use(http.get("*/api/jobs/job_1", () => problemReply(404, "not_found", "There is no such job.")));
    show(<JobPage id="job_1" />);
    expect(await screen.findByRole("heading", { name: "There is no such job" })).toBeDefined();
    expect(screen.getByRole("link", { name: "See your jobs" }).getAttribute("href")).toBe("/jobs");
  });

  test("says in words how far a job is, the upload being the first fifth of its bar", async () => {
    answerWith(aJobView());
    show(<JobPage id="job_1" />);
    const bar = await progress();
    expect(bar.getAttribute("aria-valuenow")).toBe("44");
    expect(bar.getAttribute("aria-valuetext")).toBe("44 percent, Running, Importing rows: 3 MB of 10 MB, 1 MB/s");
    expect(within(screen.getByRole("list", { name: "Stages" })).getAllByRole("listitem")).toHaveLength(4);
    expect(screen.getByText("40,000")).toBeDefined();
  });

  test("follows the job until it is over", async () => {
    const asked = answerWith(
      aJobView(generic),
      aJobView({ ...generic, progress: { percent: 60, rate: null, etaMs: null }, updatedAt: 6_000 }),
      aCompletedJobView(generic),
    );
    server.use(http.get("*/api/jobs/job_1/result", () => HttpResponse.json({ rows: 7 })));
    show(<JobPage id="job_1" />);
    await waitFor(() => expect(document.querySelector("article")?.dataset.state).toBe("completed"));
    expect((await progress()).getAttribute("aria-valuenow")).toBe("100");
    expect(await screen.findByText(/"rows": 7/)).toBeDefined();
    expect(asked.times).toBe(3);
    expect(document.title).toBe("Completed · Data profile");
  });

  test("keeps the last job on the screen while the connection is lost, and goes on after", async () => {
    let asked = 0;
    server.use(
      http.get("*/api/jobs/job_1", () => {
        asked += 1;
        if (asked === 2) return HttpResponse.error();
        return HttpResponse.json(asked === 1 ? aJobView() : aJobView({ state: "paused" }));
      }),
    );
    show(<JobPage id="job_1" />);
    expect(await screen.findByText("Connection lost, retrying")).toBeDefined();
    expect((await progress()).getAttribute("aria-valuenow")).toBe("44");
    await waitFor(() => expect(screen.queryByText("Connection lost, retrying")).toBeNull(), { timeout: 3_000 });
    expect(screen.getByText("Paused")).toBeDefined();
  });

  test("says when a job tries again, and why it has to", async () => {
    answerWith(
      aJobView({
        state: "retrying",
        attempt: 2,
        runAt: Date.parse("2999-01-01"),
        error: { code: "x", message: "The disk is full." },
      }),
    );
    show(<JobPage id="job_1" />);
    expect(await screen.findByText(/^Retrying in .* \(2 of 5\)$/)).toBeDefined();
    expect((await progress()).getAttribute("aria-valuetext")).toContain("The last attempt failed: The disk is full.");
  });

  test("says how many of its own jobs have ended while a job waits for them", async () => {
    const stages = [
      { name: "read", label: "Reading its parts", state: "running" as const, done: 1, total: 4, unit: "jobs" },
    ];
    answerWith(aJobView({ state: "waiting", stage: "read", stages, waitingFor: "children:read", runAt: 30_000 }));
    show(<JobPage id="job_1" />);
    expect(await screen.findByText("Waiting for jobs of its own")).toBeDefined();
    expect((await progress()).getAttribute("aria-valuetext")).toContain("Reading its parts: 1 of 4 jobs");
  });

  test("says why a job failed and what to do next", async () => {
    answerWith(
      aJobView({
        state: "failed",
        error: { code: "date_order_ambiguous", message: "The dates can be read in two ways." },
        pollAfterMs: 0,
      }),
    );
    show(<JobPage id="job_1" />);
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toBe(
      "The dates can be read in two ways.Import the file again and say whether the day or the month comes first.date_order_ambiguousChoose the file again",
    );
    expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(["Go on where it stopped", "Start over", "Delete"]),
    );
  });

  test("asks before it cancels, and sends it once", async () => {
    answerWith(aJobView({ pollAfterMs: 60_000 }));
    let sent = 0;
    server.use(
      http.post("*/api/jobs/job_1/cancel", async () => {
        sent += 1;
        await delay(50);
        return HttpResponse.json(aJobView({ stopping: "cancel", pollAfterMs: 60_000 }));
      }),
    );
    show(<JobPage id="job_1" />);
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    const dialog = screen.getByRole("dialog", { name: "Cancel this job?" });
    expect(sent).toBe(0);
    await user.dblClick(within(dialog).getByRole("button", { name: "Cancel the job" }));
    expect(await screen.findByText("Cancelling")).toBeDefined();
    expect(sent).toBe(1);
  });

  test("takes its question back when the job ends meanwhile", async () => {
    let job = aJobView({ ...generic, pollAfterMs: 20 });
    server.use(http.get("*/api/jobs/job_1", () => HttpResponse.json(job)));
    show(<JobPage id="job_1" />);
    await userEvent.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(screen.getByRole("dialog", { name: "Cancel this job?" })).toBeDefined();
    job = aJobView({ ...generic, state: "cancelled", updatedAt: 6_000, pollAfterMs: 0 });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("says that the connection is lost as soon as the browser is offline, when nothing is read that could fail", async () => {
    answerWith(aJobView({ pollAfterMs: 60_000 }));
    show(<JobPage id="job_1" />);
    await progress();
    const isOnline = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    onTestFinished(() => isOnline.mockRestore());
    act(() => void dispatchEvent(new Event("offline")));
    expect(screen.getByText("Connection lost, retrying")).toBeDefined();
    isOnline.mockReturnValue(true);
    act(() => void dispatchEvent(new Event("online")));
    expect(screen.queryByText("Connection lost, retrying")).toBeNull();
  });

  test("keeps its title on the tab when the page's own arrives late", async () => {
    answerWith(aJobView({ ...generic, state: "failed", error: { code: "x", message: "No." }, pollAfterMs: 0 }));
    show(<JobPage id="job_1" />);
    await waitFor(() => expect(document.title).toBe("Failed · Data profile"));
    document.head.querySelector("title")?.remove();
    document.head.append(Object.assign(document.createElement("title"), { textContent: "Job · Longhaul" }));
    await waitFor(() => expect(document.title).toBe("Failed · Data profile"));
    cleanup();
    expect(document.title).toBe("Job · Longhaul");
  });

  test("marks the stage at which a job has stopped", async () => {
    answerWith(aJobView({ state: "paused", pollAfterMs: 60_000 }));
    show(<JobPage id="job_1" />);
    await screen.findByText("Paused");
    const stages = within(screen.getByRole("list", { name: "Stages" })).getAllByRole("listitem");
    expect(stages.map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^■.*, stopped here$/)]),
    );
  });

  test("says why a verb was refused, and reads the job again", async () => {
    const asked = answerWith(aJobView({ pollAfterMs: 60_000 }), aJobView({ state: "paused", pollAfterMs: 60_000 }));
    server.use(
      http.post("*/api/jobs/job_1/pause", () => problemReply(409, "not_possible", "The job is paused already.")),
    );
    show(<JobPage id="job_1" />);
    await userEvent.click(await screen.findByRole("button", { name: "Pause" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The job is paused already.");
    await waitFor(() => expect(screen.getByRole("button", { name: "Resume" })).toBeDefined());
    expect(asked.times).toBe(2);
  });

  test("polls again after a retry", async () => {
    const failed = aJobView({ ...generic, state: "failed", error: { code: "x", message: "No." }, pollAfterMs: 0 });
    const asked = answerWith(failed, aJobView({ ...generic, updatedAt: 7_000 }));
    server.use(
      http.post("*/api/jobs/job_1/retry", async ({ request }) => {
        expect(await request.json()).toEqual({ from: "checkpoint" });
        return HttpResponse.json(aJobView({ ...generic, state: "queued", updatedAt: 6_000 }));
      }),
    );
    show(<JobPage id="job_1" />);
    await userEvent.click(await screen.findByRole("button", { name: "Go on where it stopped" }));
    expect(await screen.findByText("Running")).toBeDefined();
    expect(asked.times).toBeGreaterThan(1);
  });

  test("leaves for the list once the job is deleted", async () => {
    answerWith(aJobView({ ...generic, state: "cancelled", pollAfterMs: 0 }));
    server.use(http.delete("*/api/jobs/job_1", () => HttpResponse.json({ deleted: true })));
    show(<JobPage id="job_1" />);
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete the job" }));
    await waitFor(() => expect(push).toHaveBeenCalledWith("/jobs"));
  });
});
