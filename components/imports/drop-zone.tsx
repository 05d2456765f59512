"use client";

import { type ReactNode, useState } from "react";

/** A place to drop a file on, which is a file input for everybody who does not drag. */
export function DropZone({
  title,
  hint,
  onFile,
  children,
}: {
  readonly title: string;
  readonly hint: string;
  readonly onFile: (file: File) => void;
  readonly children?: ReactNode;
}) {
  const [isOver, setIsOver] = useState(false);
  const choose = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra, the input inside does the same
    <div
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        choose(event.dataTransfer.files);
      }}
      className="flex flex-col items-center gap-3 rounded-lg border-2 border-line-strong border-dashed bg-surface px-6 py-12 text-center transition-colors has-focus-visible:border-accent data-[over=true]:border-accent data-[over=true]:bg-accent-soft"
    >
      <svg viewBox="0 0 24 24" aria-hidden="true" className="size-8 fill-none stroke-muted" strokeWidth="1.5">
        <path d="M12 15V4m0 0L8 8m4-4 4 4M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3" strokeLinecap="round" />
      </svg>
      <div>
        <p className="font-medium">{title}</p>
        <p className="mt-0.5 text-muted text-xs">{hint}</p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <label className="inline-flex min-h-9 items-center rounded-md bg-accent px-3.5 font-medium text-on-accent hover:brightness-110 has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2">
          Choose a file
          <input
            type="file"
            accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
            className="sr-only"
            onChange={({ target }) => {
              choose(target.files);
              target.value = ""; // the same file can be chosen again
            }}
          />
        </label>
        {children}
      </div>
    </div>
  );
}
