import { describe, expect, test } from "vitest";
import { unreachable } from "@/lib/hooks/fetch-json";
import { nextUpload, type UploadEvent, type UploadState, uploadEtaMs } from "@/lib/hooks/upload-state";

const after = (...events: readonly UploadEvent[]): UploadState =>
  events.reduce<UploadState>(nextUpload, { phase: "idle" });

const started = { kind: "started", size: 1_000, at: 0 } as const;
const sent = (bytes: number, at: number) => ({ kind: "sent", bytes, at }) as const;

describe("nextUpload", () => {
  test("does not count as speed what was there before", () => {
    expect(after(started, sent(600, 100))).toMatchObject({ sent: 600, rate: null });
    expect(after(started, sent(600, 100), sent(700, 1_100))).toMatchObject({ sent: 700, rate: 100 });
  });

  test("never goes backwards", () => {
    expect(after(started, sent(600, 100), sent(500, 200))).toMatchObject({ sent: 600 });
  });

  test("shows trouble until bytes flow again, and no time left meanwhile", () => {
    const troubled = after(started, sent(0, 0), sent(500, 1_000), { kind: "troubled", problem: unreachable() });
    expect(troubled).toMatchObject({ trouble: "The server cannot be reached. Check your connection." });
    expect(troubled.phase === "sending" && uploadEtaMs(troubled)).toBeNull();
    expect(nextUpload(troubled, sent(500, 1_050))).toMatchObject({ trouble: expect.any(String) });
    const flowing = nextUpload(troubled, sent(600, 1_100));
    expect(flowing).toMatchObject({ trouble: null });
    expect(flowing.phase === "sending" && uploadEtaMs(flowing)).toBe(800);
  });

  test("ignores bytes that are reported after the end", () => {
    expect(after(started, { kind: "reset" }, sent(600, 100))).toEqual({ phase: "idle" });
    expect(after({ kind: "troubled", problem: unreachable() })).toEqual({ phase: "idle" });
  });
});
