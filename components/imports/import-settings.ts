import type { Choice } from "@/components/ui/select-field";
import type { PartialMapping } from "@/lib/hooks/statement-preview";

export type DateOrderSetting = "auto" | "dmy" | "mdy" | "ymd";
export type DecimalSetting = "auto" | "." | ",";

/** What the reader has corrected; what is left out is detected. */
export interface ImportSettings {
  readonly mapping: PartialMapping | null;
  readonly dateOrder: DateOrderSetting;
  readonly decimal: DecimalSetting;
}

export const DETECTED: ImportSettings = { mapping: null, dateOrder: "auto", decimal: "auto" };

const ORDER_WORDS = {
  dmy: "day, month, year",
  mdy: "month, day, year",
  ymd: "year, month, day",
  named: "month by name",
};
const MARK_WORDS = { ".": "point (1,234.56)", ",": "comma (1.234,56)" };

export const dateOrderChoices = (found: keyof typeof ORDER_WORDS | null): readonly Choice<DateOrderSetting>[] => [
  { value: "auto", label: found ? `Detected: ${ORDER_WORDS[found]}` : "Not certain yet" },
  { value: "dmy", label: "Day, month, year" },
  { value: "mdy", label: "Month, day, year" },
  { value: "ymd", label: "Year, month, day" },
];

export const decimalChoices = (found: keyof typeof MARK_WORDS): readonly Choice<DecimalSetting>[] => [
  { value: "auto", label: `Detected: ${MARK_WORDS[found]}` },
  { value: ".", label: "Point (1,234.56)" },
  { value: ",", label: "Comma (1.234,56)" },
];
