import type { Metadata } from "next";
import { OpsPage } from "@/components/ops/ops-page";

export const metadata: Metadata = { title: "Operations" };

export default function Page() {
  return <OpsPage />;
}
