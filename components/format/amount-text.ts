import { bytesText } from "@/components/format/bytes-text";
import { countText } from "@/components/format/count-text";

/** So much of a stage's unit: `29.1 MB`, `12,340 rows`. */
export const amountText = (amount: number, unit: string | undefined): string =>
  unit === "bytes" ? bytesText(amount) : `${countText(Math.round(amount))}${unit ? ` ${unit}` : ""}`;

/** `29.1 MB of 76.5 MB`, `12,340 of 50,000 rows` */
export const doneOfTotal = (done: number, total: number, unit: string | undefined): string =>
  unit === "bytes" ? `${bytesText(done)} of ${bytesText(total)}` : `${countText(done)} of ${amountText(total, unit)}`;
