"use client";

import { bytesText } from "@/components/format/bytes-text";
import { AccountField } from "@/components/imports/account-field";
import { importInput, whatIsMissing } from "@/components/imports/import-input";
import { ImportPreview } from "@/components/imports/import-preview";
import type { ImportSettings } from "@/components/imports/import-settings";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useStatementPreview } from "@/lib/hooks/use-statement-preview";
import type { Json } from "@/lib/json";

/** A file before its import: what it looks like, what is wrong with it, and the button that starts. */
export function ChosenFile({
  file,
  account,
  onAccount,
  settings,
  onSettings,
  onStart,
  onDrop,
}: {
  readonly file: File;
  readonly account: string;
  readonly onAccount: (account: string) => void;
  readonly settings: ImportSettings;
  readonly onSettings: (settings: ImportSettings) => void;
  readonly onStart: (input: { readonly [key: string]: Json | undefined }) => void;
  readonly onDrop: () => void;
}) {
  const { preview, failure } = useStatementPreview(file, settings);
  const missing = preview && whatIsMissing(account, settings, preview);

  return (
    <Card
      title={file.name}
      aside={
        <div className="flex items-center gap-4">
          <span className="text-muted text-xs tabular-nums">{bytesText(file.size)}</span>
          <Button look="quiet" onClick={onDrop}>
            Choose another
          </Button>
        </div>
      }
    >
      <div className="flex flex-col gap-5">
        {failure && <Notice tone="bad" title={failure} />}
        {!preview && !failure && <Skeleton width="w-full" height="h-72" />}
        {preview && <ImportPreview preview={preview} settings={settings} onChange={onSettings} />}
        <div className="flex flex-wrap items-end gap-x-4 gap-y-3 border-line border-t pt-4">
          <AccountField account={account} onChange={onAccount} />
          <Button
            disabled={!preview || missing !== null}
            onClick={() => preview && missing === null && onStart(importInput(account, settings, preview.columns))}
          >
            Start import
          </Button>
          <p aria-live="polite" className="min-h-9 content-center text-muted">
            {missing}
          </p>
        </div>
      </div>
    </Card>
  );
}
