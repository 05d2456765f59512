// @vitest-environment jsdom
import { cleanup, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, test, vi } from "vitest";
import { InvitationPage } from "@/components/invitation/invitation-page";
import { interceptRequests, problemReply } from "@/tests/components/api-double";
import { show } from "@/tests/components/show";

const server = interceptRequests();
afterEach(() => {
  cleanup();
  window.location.hash = "";
});

function open(hash: string) {
  window.location.hash = hash;
  const onAccepted = vi.fn();
  show(<InvitationPage onAccepted={onAccepted} />);
  return onAccepted;
}

describe("InvitationPage", () => {
  test("tells whoever has none where to ask for one", () => {
    open("");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("You need an invitation");
    expect(screen.queryByRole("button")).toBeNull();
  });

  test("accepts an invitation when it is asked to, and not before", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post("*/api/invites/accept", async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ accepted: true });
      }),
    );
    const onAccepted = open("a.b.c");
    expect(sent).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Accept the invitation" }));
    await waitFor(() => expect(onAccepted).toHaveBeenCalledOnce());
    expect(sent).toEqual([{ token: "a.b.c" }]);
  });

  test("says when it was used already", async () => {
    server.use(http.post("*/api/invites/accept", () => problemReply(404, "not_found", "It was used.")));
    const onAccepted = open("a.b.c");
    await userEvent.click(screen.getByRole("button", { name: "Accept the invitation" }));
    expect((await screen.findByRole("alert")).textContent).toContain("It was used.");
    expect(onAccepted).not.toHaveBeenCalled();
  });
});
