"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { TextField } from "@/components/ui/text-field";

/** Asks for the operator's token. */
export function OperatorSignIn({
  onSignIn,
  isSigningIn,
}: {
  readonly onSignIn: (token: string) => void;
  readonly isSigningIn: boolean;
}) {
  const [token, setToken] = useState("");
  return (
    <Card title="Sign in as the operator">
      <form
        className="flex max-w-md flex-col items-start gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (token !== "" && !isSigningIn) onSignIn(token);
        }}
      >
        <div className="w-full">
          <TextField
            label="Operator token"
            hint="OPERATOR_TOKEN of this application; on your own machine it stands in secrets.json in the data folder."
            value={token}
            onChange={setToken}
            maxLength={1_000}
            isSecret
          />
        </div>
        <Button type="submit" disabled={token === ""} isPending={isSigningIn}>
          Sign in
        </Button>
      </form>
    </Card>
  );
}
