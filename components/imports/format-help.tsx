import { Card } from "@/components/ui/card";

const FORMATS = [
  {
    name: "One signed amount",
    columns: "date, description, amount",
    hint: "Negative is an expense, positive is income.",
    href: "/samples/statement-signed.csv",
  },
  {
    name: "Two amount columns",
    columns: "Date, Description, Withdrawal, Deposit",
    hint: "One of the two is filled in each row.",
    href: "/samples/statement-two-columns.csv",
  },
] as const;

/** Which files can be read, with one of each to look at. */
export function FormatHelp() {
  return (
    <Card title="What can be imported">
      <ul className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {FORMATS.map(({ name, columns, hint, href }) => (
          <li key={href}>
            <p className="font-medium">{name}</p>
            <p className="mt-0.5 font-mono text-muted text-xs">{columns}</p>
            <p className="mt-0.5 text-muted">{hint}</p>
            <p className="mt-0.5">
              <a href={href} download className="text-accent underline underline-offset-2">
                Download an example<span className="sr-only"> of {name.toLowerCase()}</span>
              </a>
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-4 border-line border-t pt-4 text-muted">
        CSV or text with commas, semicolons, tabs or bars between the fields. The usual column names are recognised in
        several languages, and you can correct them before anything is sent. Category, notes, balance and currency are
        read where they are there. Rows that are already in the account are not counted again.
      </p>
    </Card>
  );
}
