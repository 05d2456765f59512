/** Holds a line's place until its text is there. `width` is a Tailwind class. */
export function Skeleton({ width = "w-40", height = "h-4" }: { readonly width?: string; readonly height?: string }) {
  return (
    <span aria-hidden="true" className={`inline-block max-w-full animate-pulse rounded bg-line ${width} ${height}`} />
  );
}
