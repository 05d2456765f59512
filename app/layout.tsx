import "@/app/globals.css";
import type { Metadata, Viewport } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { SiteHeader } from "@/components/shell/site-header";

export const metadata: Metadata = {
  title: { default: "Longhaul", template: "%s · Longhaul" },
  description: "Long jobs on short functions: import bank statements of any size and watch them being read.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f7f9" },
    { media: "(prefers-color-scheme: dark)", color: "#0d0f13" },
  ],
};

/** Made anew for every view: a page kept from before would carry the nonce of another. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  return (
    <html lang="en">
      <body className="font-sans">
        <a
          href="#content"
          className="sr-only z-10 rounded-md bg-accent text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:px-3 focus:py-2"
        >
          Skip to content
        </a>
        <SiteHeader />
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-5xl px-4 pt-6 pb-16 outline-none sm:px-6">
          {children}
        </main>
      </body>
    </html>
  );
}
