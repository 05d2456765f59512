import type { ReactNode } from "react";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the right, digit under digit. */
  readonly isFigure?: boolean;
}

/** A table that scrolls within itself, so that a narrow page never does. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  isTall = false,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** Has no pages, so it scrolls within a height of its own. */
  readonly isTall?: boolean;
}) {
  return (
    <section
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className={`relative -mx-4 overflow-auto ${isTall ? "max-h-[34rem]" : ""} sm:-mx-5`}
    >
      <table className="w-full min-w-max border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-surface">
          <tr className="border-line border-b text-muted text-xs">
            {columns.map(({ title, isFigure }) => (
              <th
                key={title}
                scope="col"
                className={`px-2 py-2 font-medium first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5 ${isFigure ? "text-right" : ""}`}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-line border-b last:border-0">
              {columns.map(({ title, cell, isFigure }) => (
                <td
                  key={title}
                  className={`px-2 py-1.5 align-top first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5 ${isFigure ? "text-right tabular-nums" : ""}`}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
