/** `wrong` keeps the app from working; `warning` is worth a look; `ok` is as it should be. */
export type Verdict = "ok" | "warning" | "wrong";

/** What one check has found, in words for whoever sets the app up. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly says: string;
  /** What to do next; null where there is nothing to do. */
  readonly todo: string | null;
}

/** Looks at one thing. May throw: the runner turns that into a finding. */
export interface Check {
  readonly name: string;
  readonly run: () => readonly Finding[] | Promise<readonly Finding[]>;
}

/** Checks that run one after the other; if the first finds something wrong, the others would only repeat it. */
export interface CheckGroup {
  readonly gate: Check;
  readonly rest: readonly Check[];
}

/** Findings of one check, without naming it each time. */
export const findingsOf = (check: string) => ({
  ok: (says: string): Finding => ({ check, verdict: "ok", says, todo: null }),
  warning: (says: string, todo: string): Finding => ({ check, verdict: "warning", says, todo }),
  wrong: (says: string, todo: string): Finding => ({ check, verdict: "wrong", says, todo }),
});
