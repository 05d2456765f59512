"use client";

import { DateOrderQuestion } from "@/components/imports/date-order-question";
import { dateOrderChoices, decimalChoices, type ImportSettings } from "@/components/imports/import-settings";
import { PreviewTable } from "@/components/imports/preview-table";
import { shownMapping, withRole } from "@/components/imports/roles";
import { Notice } from "@/components/ui/notice";
import { SelectField } from "@/components/ui/select-field";
import type { ShownPreview } from "@/lib/hooks/statement-preview";

/** What the first rows look like to the importer, to be corrected before anything starts. */
export function ImportPreview({
  preview,
  settings,
  onChange,
}: {
  readonly preview: ShownPreview;
  readonly settings: ImportSettings;
  readonly onChange: (settings: ImportSettings) => void;
}) {
  const { columns, rows, problem, dateOrder, ambiguousDates, decimal } = preview;
  return (
    <div className="flex flex-col gap-4">
      {problem && (
        <Notice tone="bad" title={problem.message}>
          {columns.length > 0 ? "Say below which column holds what." : null}
        </Notice>
      )}
      {ambiguousDates.length > 0 && (
        <DateOrderQuestion
          examples={ambiguousDates}
          value={settings.dateOrder}
          onChange={(order) => onChange({ ...settings, dateOrder: order })}
        />
      )}
      {columns.length > 0 && (
        <PreviewTable
          columns={columns}
          rows={rows}
          onRole={(column, role) =>
            onChange({ ...settings, mapping: withRole(shownMapping(columns, settings.mapping), column, role) })
          }
        />
      )}
      {problem === null && (
        <div className="flex flex-wrap gap-x-6 gap-y-3">
          <SelectField
            label="Dates are written as"
            value={settings.dateOrder}
            choices={dateOrderChoices(dateOrder)}
            onChange={(order) => onChange({ ...settings, dateOrder: order })}
          />
          <SelectField
            label="Decimal mark"
            value={settings.decimal}
            choices={decimalChoices(decimal)}
            onChange={(mark) => onChange({ ...settings, decimal: mark })}
          />
        </div>
      )}
    </div>
  );
}
