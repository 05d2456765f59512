import type { Metadata } from "next";
import { InvitationPage } from "@/components/invitation/invitation-page";

export const metadata: Metadata = { title: "Invitation" };

export default function Page() {
  return <InvitationPage />;
}
