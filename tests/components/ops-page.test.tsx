// @vitest-environment jsdom
import { cleanup, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, test } from "vitest";
import { OpsPage } from "@/components/ops/ops-page";
import { interceptRequests, problemReply } from "@/tests/components/api-double";
import { show } from "@/tests/components/show";

const server = interceptRequests();
afterEach(cleanup);

const TOKEN = "operators-token";

/** The API for one browser: whether it is the operator's, and what he has done. */
function anApi(isOperator: boolean) {
  const done: { id: string; at: number; action: string }[] = [];
  const signedIn = { now: isOperator };
  const state = () => HttpResponse.json({ isOperator: signedIn.now });
  server.use(
    http.get("*/api/operator", state),
    http.post("*/api/operator", async ({ request }) => {
      const { token } = (await request.json()) as { token: string };
      if (token !== TOKEN) return problemReply(401, "unauthenticated", "This is not the operator's token.");
      signedIn.now = true;
      return state();
    }),
    http.delete("*/api/operator", () => {
      signedIn.now = false;
      return state();
    }),
    http.get("*/api/ops/audit", () => HttpResponse.json({ actions: done, cursor: null })),
    http.post("*/api/invites", async ({ request }) => {
      const { note } = (await request.json()) as { note: string };
      done.unshift({ id: `act_${done.length}`, at: 0, action: `Made an invitation for ${note}` });
      return HttpResponse.json({ url: "http://app.test/invitation#secret" });
    }),
  );
}

describe("OpsPage", () => {
  test("is a door for everybody else, and says when the token is wrong", async () => {
    anApi(false);
    show(<OpsPage />);
    await userEvent.type(await screen.findByLabelText("Operator token"), "wrong");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect((await screen.findByRole("alert")).textContent).toContain("This is not the operator's token.");
    expect(screen.queryByText("Invite somebody")).toBeNull();
  });

  test("lets the operator in and out", async () => {
    anApi(false);
    show(<OpsPage />);
    await userEvent.type(await screen.findByLabelText("Operator token"), TOKEN);
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText("Invite somebody")).toBeDefined();
    await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
    expect(await screen.findByLabelText("Operator token")).toHaveProperty("value", "");
  });

  test("makes an invitation, and lists that it was made", async () => {
    anApi(true);
    show(<OpsPage />);
    await userEvent.type(await screen.findByLabelText(/Whom for/), "Ada");
    await userEvent.click(screen.getByRole("button", { name: "Make a link" }));
    expect(await screen.findByText("http://app.test/invitation#secret")).toBeDefined();
    expect(await screen.findByText("Made an invitation for Ada")).toBeDefined();
  });
});
