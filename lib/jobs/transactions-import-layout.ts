import { z } from "zod";
import { COLUMN_ROLES } from "@/lib/analysis/statement/column-roles";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import { Position } from "@/lib/jobs/transactions-import-cursor";

/** What one job has found out about a file, for others that read it. */
export const Layout = z.object({
  format: z.object({
    encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "windows-1252"]),
    separator: z.string(),
    newline: z.enum(["\n", "\r"]),
  }),
  headers: z.array(z.string()).readonly(),
  headerLine: z.int(),
  columns: z.partialRecord(z.enum(COLUMN_ROLES), z.int()),
  start: Position,
}) satisfies z.ZodType<StatementLayout>;

/** A file may have more columns than a job's input can name. */
const MAX_CHARACTERS = 16_384;

/** The layout, if it is small enough to be told. */
export const tellable = (layout: StatementLayout): StatementLayout | null =>
  JSON.stringify(layout).length <= MAX_CHARACTERS ? layout : null;
