"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const PLACES = [
  { href: "/", label: "Import", isHere: (path: string) => path === "/" },
  { href: "/jobs", label: "Jobs", isHere: (path: string) => path.startsWith("/jobs") },
  { href: "/settings", label: "Settings", isHere: (path: string) => path.startsWith("/settings") },
] as const;

export function SiteHeader() {
  const path = usePathname();
  return (
    <header className="border-line border-b bg-surface">
      <div className="mx-auto flex h-13 max-w-5xl items-center gap-6 px-4 sm:px-6">
        <Link href="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <svg viewBox="0 0 32 32" className="size-5" aria-hidden="true">
            <rect width="32" height="32" rx="7" className="fill-accent" />
            <rect x="7" y="9" width="18" height="3.5" rx="1.75" className="fill-on-accent" opacity=".45" />
            <rect x="7" y="14.25" width="13" height="3.5" rx="1.75" className="fill-on-accent" />
            <rect x="7" y="19.5" width="7" height="3.5" rx="1.75" className="fill-on-accent" opacity=".75" />
          </svg>
          Longhaul
        </Link>
        <nav aria-label="Main" className="flex h-full gap-1">
          {PLACES.map(({ href, label, isHere }) => (
            <Link
              key={href}
              href={href}
              aria-current={isHere(path) ? "page" : undefined}
              className="-mb-px flex items-center border-transparent border-b-2 px-2.5 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
            >
              {label}
            </Link>
          ))}
        </nav>
      </div>
    </header>
  );
}
