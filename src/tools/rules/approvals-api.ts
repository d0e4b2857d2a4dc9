import * as z from "zod";
import type { RulesApi } from "./api.ts";

const Person = z.object({ id: z.string(), name: z.string() });
const Approval = z.object({
  id: z.string(),
  state: z.string(),
  base_seq: z.number(),
  message: z.string(),
  author: Person,
  created_at: z.string(),
  decided_by: Person.nullable(),
  seq: z.number().nullable(),
});
export type Approval = z.infer<typeof Approval>;
const Approvals = z.object({ approvals: z.array(Approval) });

/** What waits for a second person; all that ever waited when no state is asked for. */
export async function readApprovals(api: RulesApi, state?: "pending"): Promise<readonly Approval[]> {
  return (await api.rules("/approvals", { query: { state }, answer: Approvals })).approvals;
}
