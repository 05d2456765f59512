import { z } from "zod";

/** What a child's failure means for its parent. `fail`: it fails too; `cancel`: the other children are cancelled. */
export const OnFailure = z.enum(["fail", "continue", "cancel"]);
export type OnFailure = z.infer<typeof OnFailure>;
