import * as z from "zod";
import { isStaff } from "../../core/access/permission.ts";
import { LIST_ROLES } from "../../core/lists/list-role.ts";
import { readAddressStanding, type StandingEntry } from "../../pipeline/lists/address-standing.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";
import { AddressAnswer, describeAddress } from "./address-answer.ts";

const Entry = z.object({
  role: z.enum(LIST_ROLES),
  id: z.string(),
  source: z.enum(["staff", "auto", "feed"]),
  value: z.string(),
  reason: z.string(),
  /** Of a feed when it was last imported. */
  since: z.string(),
  expires_at: z.string().nullable(),
  count: z.int().nullable(),
});

export const readIpAddress: Route = {
  method: "get",
  path: "/api/v1/ip/{address}",
  verb: "addresses.read",
  tag: "lists",
  summary: "Is this address blocked or trusted, by what, until when",
  description:
    "In any spelling. `signal` entries refuse nobody; `excuse` entries silence only the rules they name. Staff also get what the address did.",
  answers: {
    200: {
      description: "What the lists say",
      schema: z.object({
        address: z.string(),
        verdict: z.enum(["none", "block", "challenge", "allow"]),
        decided_by: Entry.nullable(),
        entries: z.array(Entry),
        /** For staff. */
        analysis: AddressAnswer.nullable().optional(),
      }),
    },
  },
  handle: async (c) => {
    const { world, role } = c.get("caller");
    const reader = isStaff(role) ? "staff" : "caller";
    const found = await readAddressStanding(c.get("services"), world, c.req.param("address") ?? "", reader);
    if (!found.ok) return answerProblem(c, problemOfRefusal(found.error));
    const { address, verdict, decidedBy, entries, analysis } = found.value;
    return c.json({
      ...{ address, verdict, decided_by: decidedBy === null ? null : present(decidedBy), entries: entries.map(present) },
      ...(reader === "staff" ? { analysis: analysis === null ? null : describeAddress(analysis) } : {}),
    });
  },
};

function present({ role, id, source, value, reason, sinceMs, expiresAtMs, count }: StandingEntry): z.infer<typeof Entry> {
  const expires = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString();
  return { role, id, source, value, reason, since: new Date(sinceMs).toISOString(), expires_at: expires, count };
}
