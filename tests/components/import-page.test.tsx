// @vitest-environment jsdom
import { cleanup, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ImportPage } from "@/components/imports/import-page";
import { aJobView } from "@/tests/components/a-job-view";
import { interceptRequests, problemReply } from "@/tests/components/api-double";
import { show } from "@/tests/components/show";

const push = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }), usePathname: () => "/" }));

const server = interceptRequests();
beforeEach(() => {
  push.mockReset();
  localStorage.clear();
});
afterEach(cleanup);

const PLAIN = "Date,Description,Amount\n15/04/2025,Salary,5000.00\n16/04/2025,Walmart,-120.50\n";

const aFile = (text: string) => new File([text], "april.csv", { type: "text/csv", lastModified: 1 });

/** Takes uploads in parts of `partSize` bytes, of which `here` have arrived before, and jobs. */
function takeUploads({ partSize = 1_000, here = [] as readonly number[] } = {}) {
  const seen = { started: 0, parts: [] as number[], submitted: [] as { body: unknown; key: string | null }[] };
  const anUpload = (size: number) => ({
    uploadId: "upl_1",
    method: "parts",
    partSize,
    name: "april.csv",
    size,
    parts: here,
  });
  server.use(
    http.post("*/api/uploads", async ({ request }) => {
      seen.started += 1;
      const { size } = (await request.json()) as { size: number };
      return HttpResponse.json(anUpload(size), { status: 201 });
    }),
    http.get("*/api/uploads/upl_1", () => HttpResponse.json(anUpload(PLAIN.length))),
    http.put("*/api/uploads/upl_1/parts/:n", ({ params }) => {
      seen.parts.push(Number(params.n));
      return HttpResponse.json({ n: Number(params.n), size: 1 });
    }),
    http.post("*/api/uploads/upl_1/complete", () =>
      HttpResponse.json({ fileId: "file_1", name: "april.csv", size: PLAIN.length, sha256: null }),
    ),
    http.post("*/api/jobs", async ({ request }) => {
      seen.submitted.push({ body: await request.json(), key: request.headers.get("idempotency-key") });
      await delay(30);
      return HttpResponse.json(aJobView({ state: "queued" }), { status: 202 });
    }),
  );
  return seen;
}

async function choose(text: string) {
  const user = userEvent.setup();
  show(<ImportPage />);
  await user.upload(screen.getByLabelText("Choose a file"), aFile(text));
  return { user, start: await screen.findByRole("button", { name: "Start import" }) };
}

const isDisabled = (button: HTMLElement) => (button as HTMLButtonElement).disabled;

describe("ImportPage", () => {
  test("shows the first rows with their roles, then uploads, submits once and opens the job", async () => {
    const seen = takeUploads();
    const { user, start } = await choose(PLAIN);
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Role of column Amount" }).value).toBe("amount");
    expect(screen.getByRole("cell", { name: "Walmart" })).toBeDefined();

    await user.dblClick(start);
    await waitFor(() => expect(push).toHaveBeenCalledWith("/jobs/job_1"));
    expect(seen.started).toBe(1);
    expect(seen.submitted).toEqual([
      {
        body: { name: "transactions.import", input: { account: "Main account", fileId: "file_1" } },
        key: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
  });

  test("repeats a submit whose answer was lost with the same key", async () => {
    const seen = takeUploads();
    let tries = 0;
    const keys: (string | null)[] = [];
    server.use(
      http.post("*/api/jobs", ({ request }) => {
        keys.push(request.headers.get("idempotency-key"));
        tries += 1;
        return tries === 1 ? HttpResponse.error() : HttpResponse.json(aJobView({ state: "queued" }));
      }),
    );
    const { user, start } = await choose(PLAIN);
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    await user.click(start);
    await waitFor(() => expect(push).toHaveBeenCalledTimes(1), { timeout: 4_000 });
    expect(new Set(keys).size).toBe(1);
    expect([tries, seen.started]).toEqual([2, 1]);
  });

  test("goes on after a reload, with the missing parts only", async () => {
    const seen = takeUploads({ partSize: 20, here: [1, 3] });
    localStorage.setItem(
      "longhaul.upload",
      JSON.stringify({ uploadId: "upl_1", name: "april.csv", size: PLAIN.length, lastModified: 1 }),
    );
    show(<ImportPage />);
    expect(await screen.findByText("The upload of april.csv was interrupted")).toBeDefined();
    cleanup();

    const { user, start } = await choose(PLAIN);
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    await user.click(start);
    await waitFor(() => expect(push).toHaveBeenCalled());
    expect(seen.parts.toSorted()).toEqual([2, 4]);
    expect(seen.started).toBe(0);
    expect(localStorage.getItem("longhaul.upload")).toBeNull();
  });

  test("asks how dates are read when the file does not tell, showing both readings", async () => {
    const seen = takeUploads();
    const { user, start } = await choose("Date,Description,Amount\n03/04/2025,Salary,1.00\n05/06/2025,Rent,-2.00\n");
    expect(await screen.findByText("03/04/2025 is April 3, 2025")).toBeDefined();
    expect(screen.getByText("03/04/2025 is March 4, 2025")).toBeDefined();
    expect(isDisabled(start)).toBe(true);
    await user.click(screen.getByRole("radio", { name: /The month comes first/ }));
    await user.click(start);
    await waitFor(() => expect(seen.submitted).toHaveLength(1));
    expect(seen.submitted[0]?.body).toMatchObject({ input: { dateOrder: "mdy" } });
  });

  test("lets columns be assigned that it does not know", async () => {
    const seen = takeUploads();
    const { user, start } = await choose("When,What,How much\n2025-04-15,Salary,1.00\n");
    expect((await screen.findByRole("alert")).textContent).toContain("Say below which column holds what.");
    expect(isDisabled(start)).toBe(true);
    const roles = [
      ["When", "date"],
      ["What", "description"],
      ["How much", "amount"],
    ] as const;
    for (const [column, role] of roles) {
      await user.selectOptions(screen.getByRole("combobox", { name: `Role of column ${column}` }), role);
    }
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    await user.click(start);
    await waitFor(() => expect(seen.submitted).toHaveLength(1));
    expect(seen.submitted[0]?.body).toMatchObject({
      input: { mapping: { date: "When", description: "What", amount: "How much" } },
    });
  });

  test("does not detect again what was set to be not used, and shows the rows until all is assigned", async () => {
    const seen = takeUploads();
    const { user, start } = await choose("Date,Description,Amount,Notes\n2025-04-15,Salary,1.00,private\n");
    const role = (column: string) =>
      screen.getByRole<HTMLSelectElement>("combobox", { name: `Role of column ${column}` });
    await waitFor(() => expect(role("Notes").value).toBe("notes"));
    await user.selectOptions(role("Notes"), "none");
    await user.selectOptions(role("Amount"), "none");
    expect((await screen.findByRole("alert")).textContent).toContain("No column for amount");
    expect(["Date", "Description", "Amount", "Notes"].map((column) => role(column).value)).toEqual([
      "date",
      "description",
      "none",
      "none",
    ]);
    expect(screen.getByRole("cell", { name: "Salary" })).toBeDefined();

    await user.selectOptions(role("Amount"), "amount");
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    await user.click(start);
    await waitFor(() => expect(seen.submitted).toHaveLength(1));
    expect(seen.submitted[0]?.body).toMatchObject({
      input: { mapping: { date: "Date", description: "Description", amount: "Amount", notes: null } },
    });
  });

  test("names what is wrong with a file before anything is sent", async () => {
    const { start } = await choose("");
    expect((await screen.findByRole("alert")).textContent).toContain("empty");
    expect(isDisabled(start)).toBe(true);
  });

  test("says why the server refused, and lets the file be chosen again", async () => {
    server.use(http.post("*/api/uploads", () => problemReply(413, "too_large", "The file is larger than 2 GB.")));
    const { user, start } = await choose(PLAIN);
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    await user.click(start);
    expect((await screen.findByRole("alert")).textContent).toContain("The file is larger than 2 GB.");
    expect(screen.getByRole("button", { name: "Start import" })).toBeDefined();
  });

  test("forgets an upload that is cancelled", async () => {
    takeUploads();
    server.use(http.put("*/api/uploads/upl_1/parts/:n", () => delay("infinite")));
    const { user, start } = await choose(PLAIN);
    await waitFor(() => expect(isDisabled(start)).toBe(false));
    await user.click(start);
    await waitFor(() => expect(localStorage.getItem("longhaul.upload")).not.toBeNull());
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByRole("button", { name: "Start import" })).toBeDefined();
    expect(localStorage.getItem("longhaul.upload")).toBeNull();
  });
});
