import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { type ButtonLook, buttonLook } from "@/components/ui/button-look";

export function LinkButton({
  href,
  look = "primary",
  children,
}: {
  readonly href: Route;
  readonly look?: ButtonLook;
  readonly children: ReactNode;
}) {
  return (
    <Link href={href} className={buttonLook(look)}>
      {children}
    </Link>
  );
}
