"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";

/** Asks for a name and makes a token. */
export function NewToken({
  onCreate,
  isCreating,
}: {
  readonly onCreate: (name: string) => void;
  readonly isCreating: boolean;
}) {
  const [name, setName] = useState("");
  return (
    <form
      className="flex flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "" || isCreating) return;
        onCreate(name.trim());
        setName("");
      }}
    >
      <div className="min-w-0 flex-1 basis-60">
        <TextField label="Name of the new token" value={name} onChange={setName} maxLength={100} />
      </div>
      <Button type="submit" disabled={name.trim() === ""} isPending={isCreating}>
        Create token
      </Button>
    </form>
  );
}
