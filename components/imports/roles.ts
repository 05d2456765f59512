import type { Choice } from "@/components/ui/select-field";
import type { PartialMapping, PreviewColumn, Role } from "@/lib/hooks/statement-preview";

/** What a column can be for, in the order in which one looks for it. */
export const ROLE_CHOICES: readonly Choice<Role | "none">[] = [
  { value: "none", label: "Not used" },
  { value: "date", label: "Date" },
  { value: "description", label: "Description" },
  { value: "amount", label: "Amount" },
  { value: "withdrawal", label: "Withdrawal" },
  { value: "deposit", label: "Deposit" },
  { value: "direction", label: "Direction" },
  { value: "category", label: "Category" },
  { value: "notes", label: "Notes" },
  { value: "balance", label: "Balance" },
  { value: "currency", label: "Currency" },
];

/** A file has one amount, or one for each direction. */
const EXCLUDES: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  amount: ["withdrawal", "deposit"],
  withdrawal: ["amount"],
  deposit: ["amount"],
};

/** Which column has which role, as it is shown, and which roles were taken away before. */
export const shownMapping = (columns: readonly PreviewColumn[], corrected: PartialMapping | null): PartialMapping => ({
  ...corrected,
  ...Object.fromEntries(columns.flatMap(({ name, role }) => (role ? [[role, name] as const] : []))),
});

/** The mapping after column `name` got `role`: each column has one role, each role one column. */
export function withRole(mapping: PartialMapping, name: string, role: Role | "none"): PartialMapping {
  const dropped = new Set<string>(role === "none" ? [] : [role, ...(EXCLUDES[role] ?? [])]);
  const kept = Object.entries(mapping).flatMap(([other, column]) => {
    if (dropped.has(other)) return [];
    if (column !== name) return [[other, column] as const];
    return role === "none" ? [[other, null] as const] : [];
  });
  return { ...Object.fromEntries(kept), ...(role === "none" ? {} : { [role]: name }) };
}
