"use client";

import { useState } from "react";
import { instantText } from "@/components/format/instant-text";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { TokenView } from "@/lib/contracts/tokens";

/** The owner's tokens, each with a button that revokes it. */
export function TokenList({
  tokens,
  onRevoke,
}: {
  readonly tokens: readonly TokenView[];
  readonly onRevoke: (id: string) => void;
}) {
  const [asked, setAsked] = useState<TokenView | null>(null);
  return (
    <>
      <ul aria-label="API tokens" className="divide-y divide-line">
        {tokens.map((token) => (
          <li key={token.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
            <div className="min-w-0">
              <p className="break-words font-medium">{token.name}</p>
              <p className="text-muted text-xs">
                Created {instantText(token.createdAt)}
                {token.lastUsedAt === null ? ", never used" : `, last used about ${instantText(token.lastUsedAt)}`}
              </p>
            </div>
            <Button look="quiet" onClick={() => setAsked(token)}>
              Revoke<span className="sr-only"> {token.name}</span>
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        isOpen={asked !== null}
        title={`Revoke ${asked?.name ?? "the token"}?`}
        confirm="Revoke"
        onConfirm={() => asked && onRevoke(asked.id)}
        onClose={() => setAsked(null)}
      >
        Whatever uses it is refused within a minute. This cannot be taken back.
      </ConfirmDialog>
    </>
  );
}
