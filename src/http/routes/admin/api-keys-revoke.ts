import { RevocationCall, revokeApiKey } from "../../../backoffice/api-keys/revoke-api-key.ts";
import { describeKey } from "../../../core/access/managed-key.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { accessDepsOf } from "./access-deps.ts";
import { KeyAnswer } from "./key-answer.ts";
import { readWithId } from "./read-with-id.ts";

export const revokeKey: Route = {
  method: "post",
  path: "/api/admin/api-keys/{id}/revoke",
  verb: "keys.manage",
  tag: "access",
  summary: "Revoke a key and the tokens given for it, everywhere within 10 seconds",
  description: "May be repeated; after a 503 it should be.",
  body: RevocationCall.omit({ id: true }),
  answers: { 200: { description: "The key as it is now", schema: KeyAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const revoked = await revokeApiKey(accessDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (revoked.ok) return c.json(describeKey(revoked.value));
    if (revoked.error.kind !== "delayed") return answerProblem(c, problemOfStaffRefusal(revoked.error));
    return answerProblem(c, {
      status: 503,
      code: "revocation_delayed",
      detail: `it is revoked in the record, but ${revoked.error.part} did not take it, so instances that know the key may go on with it: send this again`,
      retryAfterSeconds: 1,
    });
  },
};
