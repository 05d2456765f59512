import { beforeEach, describe, expect, test, vi } from "vitest";
import { GET } from "@/app/sign-in/route";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

beforeEach(() => {
  startApplication();
});

async function follow(path: string, token = "link-of-ada") {
  const response = await GET(new Request(`http://app.test/sign-in?${new URLSearchParams({ token, path })}`));
  return [response.status, response.headers.get("location"), response.headers.get("set-cookie")];
}

describe("a sign-in link", () => {
  test.each([
    ["/jobs?state=failed#first", "/jobs?state=failed#first"],
    ["/jobs?q=%2F", "/jobs?q=%2F"],
    ["/jobs?q=日本", "/jobs?q=%E6%97%A5%E6%9C%AC"],
    ["/jobs?q=\ud83d\ude00", "/jobs?q=%F0%9F%98%80"],
  ])("sets the session and goes on to its page: %s", async (path, location) => {
    expect(await follow(path)).toEqual([303, location, "owner=ada"]);
  });

  test.each([
    ["that was used", "/", "link-of-nobody!"],
    ["that leads elsewhere", "//evil.test", "link-of-ada"],
  ])("%s signs nobody in", async (_name, path, token) => {
    expect(await follow(path, token)).toEqual([303, "/link-expired", null]);
  });
});
