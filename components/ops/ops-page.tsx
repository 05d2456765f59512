"use client";

import { AuditCard } from "@/components/ops/audit-card";
import { InviteCard } from "@/components/ops/invite-card";
import { OperatorSignIn } from "@/components/ops/operator-sign-in";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useAudit, useOperator } from "@/lib/hooks/use-operator";

/** The operator's page: a door for everybody else. */
export function OpsPage() {
  const { isOperator, problem, signIn, isSigningIn, signOut } = useOperator();
  return (
    <div className="flex flex-col gap-5">
      <header className="flex items-end justify-between gap-4">
        <h1 className="font-semibold text-xl tracking-tight">Operations</h1>
        {isOperator && (
          <Button look="quiet" onClick={() => void signOut()}>
            Sign out
          </Button>
        )}
      </header>
      {problem && (
        <Notice tone="bad" title="That did not work">
          {problem.message}
        </Notice>
      )}
      {isOperator === undefined && !problem && <Skeleton width="w-72" />}
      {isOperator === false && <OperatorSignIn onSignIn={(token) => void signIn(token)} isSigningIn={isSigningIn} />}
      {isOperator && <OperatorDesk />}
    </div>
  );
}

function OperatorDesk() {
  const { actions, problem, refresh } = useAudit();
  return (
    <>
      <InviteCard onInvited={refresh} />
      <AuditCard actions={actions} problem={problem} />
    </>
  );
}
