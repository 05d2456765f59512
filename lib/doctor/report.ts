import type { Finding, Verdict } from "@/lib/doctor/finding";

/** What the doctor hands over: the same in a terminal, as JSON and over HTTP. */
export interface Report {
  /** The worst of all findings. */
  readonly verdict: Verdict;
  readonly summary: string;
  readonly findings: readonly Finding[];
}

export function reportOf(findings: readonly Finding[], summary: string, redact: (text: string) => string): Report {
  const clean = findings.map(({ check, verdict, says, todo }) => ({
    check,
    verdict,
    says: redact(says),
    todo: todo === null ? null : redact(todo),
  }));
  const has = (verdict: Verdict) => findings.some((finding) => finding.verdict === verdict);
  return {
    verdict: has("wrong") ? "wrong" : has("warning") ? "warning" : "ok",
    summary: redact(summary),
    findings: clean,
  };
}

/** One line for each finding; what to do stands behind an arrow. */
export function renderReport({ summary, findings }: Report): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.map(
    ({ check, verdict, says, todo }) =>
      `${verdict.padEnd(7)}  ${check.padEnd(width)}  ${says}${todo === null ? "" : ` -> ${todo}`}`,
  );
  return [summary, "", ...lines, "", countOf(findings)].join("\n");
}

/** 1 if anything is wrong: warnings do not stop a deployment. */
export const exitCodeOf = ({ verdict }: Report): 0 | 1 => (verdict === "wrong" ? 1 : 0);

function countOf(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  return `${count("ok")} ok, ${count("warning")} warnings, ${count("wrong")} wrong.`;
}
