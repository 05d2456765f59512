import { z } from "zod";

/** One endpoint, as the browser and the server both see it. */
export interface Contract<
  Reply extends z.ZodType,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
> {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly reply: Reply;
  /** A mutation that is sent many times for one thing, such as the parts of a file: limited as reads are. */
  readonly isRepeated?: boolean;
}

export const defineContract = <
  Reply extends z.ZodType,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  contract: Contract<Reply, Params, Query, Body>,
) => contract;

/**
 * How every error reaches a client: an RFC 9457 problem document. `code` is stable and for programs,
 * `title` says what happened and what to do next. A code may bring fields of its own (`missing`, `issues`).
 */
export const Problem = z.looseObject({
  type: z.literal("about:blank"),
  status: z.int(),
  code: z.string(),
  title: z.string(),
});
export type Problem = z.infer<typeof Problem>;
