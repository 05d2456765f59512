const counts = new Intl.NumberFormat();

/** `12,340` */
export const countText = (count: number): string => counts.format(count);

/** `1 row`, `12,340 rows` */
export const countOf = (count: number, one: string, many: string): string =>
  `${countText(count)} ${count === 1 ? one : many}`;
