"use client";

import { useEffect } from "react";

/** Shows `title` on the tab while the page stands; null leaves the page's own. */
export function useDocumentTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
}
