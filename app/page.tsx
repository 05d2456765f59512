import type { Metadata } from "next";
import { ImportPage } from "@/components/imports/import-page";

// the layout's template is for the pages below it
export const metadata: Metadata = { title: { absolute: "Import a statement · Longhaul" } };

export default function Page() {
  return <ImportPage />;
}
