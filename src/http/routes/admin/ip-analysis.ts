import * as z from "zod";
import { searchAddresses } from "../../../backoffice/addresses/search-addresses.ts";
import { parseQuery } from "../../parse-query.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { AddressAnswer, describeAddress } from "../address-answer.ts";
import { askedWorld, Livemode } from "./asked-world.ts";

const Risk = z.coerce.number().min(0).max(100);
const Query = z.strictObject({
  min_risk: Risk.default(0),
  max_risk: Risk.default(100),
  /** A part of the address. */
  search: z.string().min(1).max(50).optional(),
  livemode: Livemode,
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  page_size: z.coerce.number().int().min(1).max(200).default(50),
});

export const ipAnalysis: Route = {
  method: "get",
  path: "/api/admin/ip-analysis",
  verb: "addresses.search",
  tag: "lists",
  summary: "The addresses that events came from, with their risk scores, the riskiest first",
  description:
    "An IPv6 address is its /64. `search` finds a part of the address as it is shown. The score is 0 to 100, made of the lists an address is on and of what it did " +
    "lately (counts halve every 30 days): `lists` and `risk_score` are as of its last event.",
  query: Query,
  answers: {
    200: {
      description: "A page",
      schema: z.object({ addresses: z.array(AddressAnswer), page: z.int(), page_size: z.int(), total: z.int() }),
    },
  },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { min_risk: leastRisk, max_risk: mostRisk, search: text = null, livemode, page, page_size: pageSize } = parsed.value;
    if (leastRisk > mostRisk)
      return answerProblem(c, { status: 422, code: "bad_range", detail: `\`min_risk\` ${leastRisk} is over \`max_risk\` ${mostRisk}` });
    const context = staffContextOf(c);
    const query = { livemode: askedWorld(livemode, context.world) === "live", leastRisk, mostRisk, text, page, pageSize };
    const found = await searchAddresses(c.get("services").addresses, context, query);
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ addresses: found.value.addresses.map(describeAddress), page, page_size: pageSize, total: found.value.total });
  },
};
