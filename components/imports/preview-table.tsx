"use client";

import { ROLE_CHOICES } from "@/components/imports/roles";
import { SelectField } from "@/components/ui/select-field";
import type { PreviewColumn, Role, ShownPreview } from "@/lib/hooks/statement-preview";

/** Their figures stand at the right, digit under digit. */
const FIGURES: ReadonlySet<Role | null> = new Set(["amount", "withdrawal", "deposit", "balance"]);

/** The first rows of the file, each column under the role that it was given. */
export function PreviewTable({
  columns,
  rows,
  onRole,
}: {
  readonly columns: readonly PreviewColumn[];
  readonly rows: ShownPreview["rows"];
  readonly onRole: (column: string, role: Role | "none") => void;
}) {
  return (
    // a scrolling region must be reachable by keyboard
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section aria-label="First rows of the file" tabIndex={0} className="relative -mx-4 overflow-x-auto sm:-mx-5">
      <table className="w-full min-w-max border-collapse text-left text-xs">
        <caption className="sr-only">First rows of the file, with what each column is read as</caption>
        <thead>
          <tr className="border-line border-b align-bottom">
            {columns.map(({ name, role }) => (
              <th
                key={name}
                scope="col"
                aria-label={name} // without the roles that could be chosen, which would be read before every cell
                className="px-2 pb-2 font-medium first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5"
              >
                <span className={`mb-1 block max-w-44 truncate ${role ? "" : "text-muted"}`}>{name}</span>
                <SelectField
                  label={`Role of column ${name}`}
                  isLabelHidden
                  value={role ?? "none"}
                  choices={ROLE_CHOICES}
                  onChange={(next) => onRole(name, next)}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, fields }) => (
            <tr key={line} className="border-line border-b last:border-0">
              {columns.map(({ name, role }, index) => (
                <td
                  key={name}
                  className={`max-w-60 truncate px-2 py-1.5 tabular-nums first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5 ${role ? "" : "text-muted"} ${FIGURES.has(role) ? "text-right" : ""}`}
                >
                  {fields[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
