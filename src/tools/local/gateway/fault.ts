import * as z from "zod";

const target = {
  /** Share of the matching requests that are hit, in [0, 1]. */
  probability: z.number().min(0).max(1).default(1),
  /** Hits only requests whose command or SQL contains this text. */
  match: z.string().min(1).optional(),
  /** Ends the fault after this many hits; without it the fault stays until it is taken away. */
  times: z.int().positive().optional(),
};

/** One thing a gateway does wrong on purpose (D9). */
export const Fault = z.discriminatedUnion("kind", [
  /** Waits before the command runs. */
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0).max(600_000), ...target }),
  /** Answers with this status; the command does not run. */
  z.strictObject({ kind: z.literal("status"), status: z.int().min(500).max(599), ...target }),
  /** Closes the connection; the command does not run. */
  z.strictObject({ kind: z.literal("refuse"), ...target }),
  /** Runs the command, then closes the connection without an answer. */
  z.strictObject({ kind: z.literal("drop_answer"), ...target }),
]);
export type Fault = z.infer<typeof Fault>;

export const FaultList = z.array(Fault).max(100);
export type FaultInput = z.input<typeof Fault>;
