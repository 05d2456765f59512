import { TextField } from "@/components/ui/text-field";

export function AccountField({
  account,
  onChange,
}: {
  readonly account: string;
  readonly onChange: (account: string) => void;
}) {
  return <TextField label="Account" value={account} onChange={onChange} maxLength={200} />;
}
