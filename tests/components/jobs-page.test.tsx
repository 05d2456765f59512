// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { afterEach, describe, expect, test } from "vitest";
import { JobsPage } from "@/components/jobs/jobs-page";
import { aCompletedJobView, aJobView } from "@/tests/components/a-job-view";
import { interceptRequests, problemReply } from "@/tests/components/api-double";
import { show } from "@/tests/components/show";

const server = interceptRequests();
afterEach(cleanup);

const rows = async () => within(await screen.findByRole("list", { name: "Jobs" })).findAllByRole("link");

describe("JobsPage", () => {
  test("holds the list's place until it is there", () => {
    server.use(http.get("*/api/jobs", () => delay("infinite")));
    show(<JobsPage />);
    expect(screen.getByRole("list", { name: "Jobs" }).getAttribute("aria-busy")).toBe("true");
  });

  test("points to the import when there are no jobs", async () => {
    server.use(http.get("*/api/jobs", () => HttpResponse.json({ jobs: [], cursor: null })));
    show(<JobsPage />);
    expect((await screen.findByRole("link", { name: "Import a statement" })).getAttribute("href")).toBe("/");
    expect(screen.getAllByRole("heading", { level: 1 })).toHaveLength(1);
  });

  test("says what is wrong when the list cannot be read", async () => {
    server.use(http.get("*/api/jobs", () => problemReply(500, "internal", "Something broke.")));
    show(<JobsPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("Something broke.");
  });

  test("lists jobs page by page, each with a link to its own", async () => {
    server.use(
      http.get("*/api/jobs", ({ request }) =>
        HttpResponse.json(
          new URL(request.url).searchParams.get("cursor") === "next"
            ? { jobs: [aCompletedJobView({ id: "job_2" })], cursor: null }
            : { jobs: [aCompletedJobView({ id: "job_1" })], cursor: "next" },
        ),
      ),
    );
    show(<JobsPage />);
    expect((await rows()).map((link) => link.getAttribute("href"))).toEqual(["/jobs/job_1"]);
    await userEvent.click(screen.getByRole("button", { name: /Load more/ }));
    await waitFor(async () => expect(await rows()).toHaveLength(2));
    expect(screen.queryByRole("button", { name: /Load more/ })).toBeNull();
  });

  test("asks for one state only", async () => {
    server.use(
      http.get("*/api/jobs", ({ request }) => {
        const state = new URL(request.url).searchParams.get("state");
        return HttpResponse.json({ jobs: state ? [] : [aCompletedJobView(), aJobView({ id: "job_2" })], cursor: null });
      }),
    );
    show(<JobsPage />);
    expect(await rows()).toHaveLength(2);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "State" }), "failed");
    expect(await screen.findByText("No job is in this state")).toBeDefined();
    await userEvent.click(screen.getByRole("button", { name: "Show all jobs" }));
    expect(await rows()).toHaveLength(2);
  });
});
