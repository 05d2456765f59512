"use client";

import { useState } from "react";
import { countText } from "@/components/format/count-text";
import { monthText } from "@/components/format/instant-text";
import { moneyText } from "@/components/format/money-text";
import { Card } from "@/components/ui/card";
import { type Column, DataTable } from "@/components/ui/data-table";
import { SelectField } from "@/components/ui/select-field";
import type { ImportSummary } from "@/lib/contracts/transactions-import";

type Category = ImportSummary["months"][number]["categories"][number];

/** What a month was spent on, for one month at a time. */
export function MonthCategories({ summary: { months, currency } }: { readonly summary: ImportSummary }) {
  const [chosen, setChosen] = useState(months.at(-1)?.month ?? "");
  const month = months.find((one) => one.month === chosen);
  if (!month) return null;
  const columns: readonly Column<Category>[] = [
    { title: "Category", cell: ({ category }) => category },
    { title: "Type", cell: ({ type }) => <span className="text-muted">{type}</span> },
    { title: "Total", cell: ({ total }) => moneyText(total, currency), isFigure: true },
    { title: "Transactions", cell: ({ count }) => countText(count), isFigure: true },
  ];
  return (
    <Card
      title="Categories"
      aside={
        <SelectField
          label="Month"
          isLabelHidden
          value={chosen}
          choices={months.map((one) => ({ value: one.month, label: monthText(one.month) })).reverse()}
          onChange={setChosen}
        />
      }
    >
      <DataTable
        caption={`Categories of ${monthText(month.month)}`}
        columns={columns}
        rows={month.categories}
        keyOf={({ category, type }) => `${type} ${category}`}
      />
    </Card>
  );
}
