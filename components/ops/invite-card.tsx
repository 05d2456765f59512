"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyText } from "@/components/ui/copy-text";
import { Notice } from "@/components/ui/notice";
import { TextField } from "@/components/ui/text-field";
import { useInvite } from "@/lib/hooks/use-operator";

/** Makes links that let somebody in. */
export function InviteCard({ onInvited }: { readonly onInvited: () => void }) {
  const [note, setNote] = useState("");
  const { url, problem, invite, isInviting } = useInvite();
  return (
    <Card title="Invite somebody">
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isInviting) void invite(note.trim()).then(onInvited);
        }}
      >
        <div className="min-w-0 flex-1 basis-60">
          <TextField label="Whom for (for the list below only)" value={note} onChange={setNote} maxLength={100} />
        </div>
        <Button type="submit" isPending={isInviting}>
          Make a link
        </Button>
      </form>
      {problem && (
        <div className="mt-4">
          <Notice tone="bad" title="No link was made">
            {problem.message}
          </Notice>
        </div>
      )}
      {url && !problem && (
        <div className="mt-4">
          <Notice tone="good" title="Send this link. It works once, within seven days.">
            <div className="mt-2">
              <CopyText label="Copy link" text={url} />
            </div>
          </Notice>
        </div>
      )}
    </Card>
  );
}
