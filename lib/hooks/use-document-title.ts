"use client";

import { useEffect } from "react";

/** Shows `title` on the tab while the page stands; null leaves the page's own. */
export function useDocumentTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    let before = "";
    function show() {
      // never makes an element of its own: one that is not React's would stand before those of all later pages
      const element = document.head.querySelector("title");
      if (!element || element.textContent === title) return;
      before = element.textContent;
      element.textContent = title;
    }
    show();
    // the page's own title may arrive after its content, and would stand for good above a job that has ended
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      const element = document.head.querySelector("title");
      if (element?.textContent === title) element.textContent = before; // unless the next page's is there already
    };
  }, [title]);
}
