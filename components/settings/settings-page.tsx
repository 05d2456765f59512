"use client";

import { NewToken } from "@/components/settings/new-token";
import { TokenList } from "@/components/settings/token-list";
import { Card } from "@/components/ui/card";
import { CopyText } from "@/components/ui/copy-text";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useTokens } from "@/lib/hooks/use-tokens";

/** The caller's settings: tokens with which scripts act as him. */
export function SettingsPage() {
  const { tokens, latest, problem, create, isCreating, revoke } = useTokens();
  return (
    <div className="flex flex-col gap-5">
      <h1 className="font-semibold text-xl tracking-tight">Settings</h1>
      {problem && (
        <Notice tone="bad" title="That did not work">
          {problem.message}
        </Notice>
      )}
      <Card title="API tokens">
        <div className="flex flex-col gap-4">
          <p className="max-w-2xl text-muted">
            A script with a token acts as you: it sees your jobs and files, and may do all that you may. Send it as{" "}
            <code>Authorization: Bearer …</code>
          </p>
          {latest && (
            <Notice tone="good" title={`“${latest.name}” was created. Copy it now: it is not shown again.`}>
              <div className="mt-2">
                <CopyText label="Copy token" text={latest.token} />
              </div>
            </Notice>
          )}
          <NewToken onCreate={(name) => void create(name)} isCreating={isCreating} />
          {!tokens && !problem && <Skeleton width="w-72" />}
          {tokens?.length === 0 && <p className="text-muted">You have no tokens.</p>}
          {tokens && tokens.length > 0 && <TokenList tokens={tokens} onRevoke={(id) => void revoke(id)} />}
        </div>
      </Card>
    </div>
  );
}
