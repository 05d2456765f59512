// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SettingsPage } from "@/components/settings/settings-page";
import { interceptRequests, problemReply } from "@/tests/components/api-double";
import { show } from "@/tests/components/show";

const server = interceptRequests();
beforeEach(() => {
  // jsdom has no dialogs
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false;
  };
});
afterEach(cleanup);

const aToken = (token: object = {}) => ({ id: "tok_1", name: "ci", createdAt: 0, lastUsedAt: null, ...token });
const answersWith = (...tokens: object[]) => http.get("*/api/tokens", () => HttpResponse.json({ tokens }));
const rows = async () => within(await screen.findByRole("list", { name: "API tokens" })).findAllByRole("listitem");

describe("SettingsPage", () => {
  test("waits for the tokens without claiming that there are none", () => {
    server.use(http.get("*/api/tokens", () => delay("infinite")));
    show(<SettingsPage />);
    expect(screen.queryByText("You have no tokens.")).toBeNull();
  });

  test("says what is wrong when they cannot be read", async () => {
    server.use(http.get("*/api/tokens", () => problemReply(500, "internal", "Something broke.")));
    show(<SettingsPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("Something broke.");
  });

  test("lists tokens with their use", async () => {
    server.use(answersWith(aToken(), aToken({ id: "tok_2", name: "cron", lastUsedAt: 86_400_000 })));
    show(<SettingsPage />);
    const texts = (await rows()).map((row) => row.textContent);
    expect(texts[0]).toMatch(/^ciCreated .*, never used/);
    expect(texts[1]).toMatch(/^cronCreated .*, last used about /);
  });

  test("creates a token, shows its text this once, and lists it", async () => {
    server.use(
      answersWith(),
      http.post("*/api/tokens", async ({ request }) => {
        expect(await request.json()).toEqual({ name: "ci" });
        return HttpResponse.json({ ...aToken(), token: "lht_secret" }, { status: 201 });
      }),
    );
    show(<SettingsPage />);
    await screen.findByText("You have no tokens.");
    expect(screen.getByRole("button", { name: "Create token" })).toHaveProperty("disabled", true);
    await userEvent.type(screen.getByLabelText("Name of the new token"), " ci ");
    await userEvent.click(screen.getByRole("button", { name: "Create token" }));
    expect(await screen.findByText("lht_secret")).toBeDefined();
    expect(await rows()).toHaveLength(1);
  });

  test("revokes a token after asking", async () => {
    const kept = new Set(["tok_1"]);
    server.use(
      http.get("*/api/tokens", () => HttpResponse.json({ tokens: kept.has("tok_1") ? [aToken()] : [] })),
      http.delete("*/api/tokens/:id", ({ params }) => {
        kept.delete(String(params.id));
        return HttpResponse.json({ revoked: true });
      }),
    );
    show(<SettingsPage />);
    await userEvent.click(await screen.findByRole("button", { name: /^Revoke *ci$/ }));
    const dialog = await screen.findByRole("dialog", { name: "Revoke ci?" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Revoke" }));
    await waitFor(() => expect(screen.getByText("You have no tokens.")).toBeDefined());
    expect(kept.size).toBe(0);
  });
});
