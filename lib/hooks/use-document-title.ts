"use client";

import { useEffect } from "react";

/** Shows `title` on the tab while the page stands; null leaves the page's own. */
export function useDocumentTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    const before = document.title;
    const show = () => {
      if (document.title !== title) document.title = title;
    };
    show();
    // the page's own title may arrive after its content, and would stand for good above a job that has ended
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      if (document.title === title) document.title = before; // unless the next page's is there already
    };
  }, [title]);
}
