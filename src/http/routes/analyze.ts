import * as z from "zod";
import { includesVerb } from "../../core/access/grant.ts";
import { isStaff } from "../../core/access/permission.ts";
import { DecisionAnswer } from "../../core/decision/answer.ts";
import { GatedTransaction } from "../../core/event/schema.ts";
import { decideTransaction } from "../../pipeline/decide-transaction.ts";
import { callDeadline } from "../call-deadline.ts";
import { callerAddress } from "../caller-address.ts";
import { readJson } from "../json-body.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const Flag = z.enum(["true", "false"]).optional();
const Query = z.strictObject({ explain: Flag, dryRun: Flag, self: Flag });

export const analyze: Route = {
  method: "post",
  path: "/api/v1/analyze",
  verb: "decide",
  counts: "itself",
  tag: "decisions",
  summary: "Decide on one transaction",
  description:
    'A repeated `transaction_id` + `stage` gets the stored answer. `unknown_rules` names the live rules that lacked a value and alone would have changed the outcome, `unknown_rule_count` counts all that lacked one. `explain=true` names them all and adds features and rule trees; `dryRun=true` (staff) records nothing; with `self=false` the call itself is left out of every window. A caller may shorten the deadline with `Tollgate-Deadline-Ms`.\n\nWith a test key (`tg_test_…`), these values of `device_id` force the result, so that every branch of a checkout can be tried: `test_allow`, `test_challenge`, `test_review`, `test_block` (that outcome, `reasons: ["test_device"]`), `test_degraded` (decided as if Redis were away), `test_slow` (the answer comes after two seconds), `test_500` (a 500, nothing is recorded). A live key knows no such ids. Test answers say `livemode: false`; windows, records and statistics of the two worlds never meet.',
  query: Query,
  body: GatedTransaction,
  answers: { 200: { description: "The decision", schema: DecisionAnswer } },
  handle: async (c) => {
    const services = c.get("services");
    const caller = c.get("caller");
    const limit = c.get("limit");
    const deadline = callDeadline(c, "decide");
    const query = Query.safeParse(c.req.query());
    if (!query.success)
      return answerProblem(c, {
        status: 422,
        code: "invalid_query",
        detail: "`explain`, `dryRun` and `self` take `true` or `false`, and nothing else is known",
      });
    const isDry = query.data.dryRun === "true";
    if (isDry && !includesVerb(services.permissions, caller, "decide.dry-run"))
      return answerProblem(c, { status: 403, code: "not_allowed", detail: "a dry run needs a staff key with `decide.dry-run`" });
    if (query.data.self === "false" && !isDry)
      return answerProblem(c, { status: 422, code: "invalid_query", detail: "`self=false` goes with `dryRun=true`" });
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const answer = await decideTransaction(services, {
      input: body.value,
      caller: { world: caller.world, address: callerAddress(c), degraded: caller.degraded, isStaff: isStaff(caller.role) },
      deadline,
      mode: isDry ? { kind: "dry", self: query.data.self !== "false" } : { kind: "record" },
      explain: query.data.explain === "true",
      limited: limit.limited,
      counted: (verdict) => {
        limit.verdict = verdict;
      },
      waitUntil: (work) => c.executionCtx.waitUntil(work),
      requestId: c.get("requestId"),
      time: (name, ms) => c.get("timings").push({ name, ms }),
    });
    return answer.ok ? c.json(answer.value) : answerProblem(c, problemOfRefusal(answer.error));
  },
};
