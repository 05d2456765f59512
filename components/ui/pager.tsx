import { countText } from "@/components/format/count-text";
import { Button } from "@/components/ui/button";

/** Moves through `total` rows, `limit` at a time. */
export function Pager({
  what,
  offset,
  limit,
  total,
  onMove,
}: {
  readonly what: string;
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly onMove: (offset: number) => void;
}) {
  if (total <= limit) return null;
  return (
    <nav aria-label={`Pages of ${what}`} className="mt-3 flex flex-wrap items-center justify-between gap-3">
      <p className="text-muted text-xs tabular-nums">
        {countText(offset + 1)} to {countText(Math.min(total, offset + limit))} of {countText(total)}
      </p>
      <div className="flex gap-2">
        <Button look="quiet" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - limit))}>
          Previous
        </Button>
        <Button look="quiet" disabled={offset + limit >= total} onClick={() => onMove(offset + limit)}>
          Next
        </Button>
      </div>
    </nav>
  );
}
