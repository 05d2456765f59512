"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { ChosenFile } from "@/components/imports/chosen-file";
import { FileChoice } from "@/components/imports/file-choice";
import { importInput } from "@/components/imports/import-input";
import { DETECTED } from "@/components/imports/import-settings";
import { UploadCard } from "@/components/imports/upload-card";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { useImport } from "@/lib/hooks/use-import";
import { useLeaveWarning } from "@/lib/hooks/use-leave-warning";
import { useStoredText } from "@/lib/hooks/use-stored-text";
import type { Json } from "@/lib/json";

type Input = { readonly [key: string]: Json | undefined };

/** Choose a file, look at it, start: the one bar begins here and goes on at the job's page. */
export function ImportPage() {
  const router = useRouter();
  const [account, setAccount] = useStoredText("longhaul.account", "Main account");
  const [file, setFile] = useState<File | null>(null);
  const [settings, setSettings] = useState(DETECTED); // kept here: they outlive an upload that was refused
  const { state, start, cancel } = useImport({ onSubmitted: ({ id }) => router.push(`/jobs/${id}`) });
  const isBusy = state.phase === "sending" || state.phase === "submitting";
  useLeaveWarning(state.phase === "sending");

  function choose(next: File | null) {
    setFile(next);
    setSettings(DETECTED);
  }

  function begin(chosen: File, input: Input) {
    setFile(chosen);
    void start(chosen, "transactions.import", input);
  }

  return (
    <div className="flex flex-col gap-6">
      <header>
        <h1 className="font-semibold text-xl tracking-tight">Import a statement</h1>
        <p className="mt-1 text-muted">
          A file of any length: once it is uploaded you may close the page, the import goes on. No row is counted twice.
        </p>
      </header>
      {state.phase === "failed" && (
        <Notice
          tone="bad"
          title="The import could not start"
          action={
            <Button look="quiet" onClick={cancel}>
              Dismiss
            </Button>
          }
        >
          {state.problem.message}
        </Notice>
      )}
      {isBusy && file ? (
        <UploadCard fileName={file.name} state={state} onCancel={cancel} />
      ) : file ? (
        <ChosenFile
          key={`${file.name} ${file.size} ${file.lastModified}`}
          file={file}
          account={account}
          onAccount={setAccount}
          settings={settings}
          onSettings={setSettings}
          onStart={(input) => begin(file, input)}
          onDrop={() => choose(null)}
        />
      ) : (
        <FileChoice onFile={choose} onSample={(sample) => begin(sample, importInput("Sample account"))} />
      )}
    </div>
  );
}
