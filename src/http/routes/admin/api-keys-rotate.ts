import * as z from "zod";
import { RotationCall, rotateApiKey } from "../../../backoffice/api-keys/rotate-api-key.ts";
import { describeKey } from "../../../core/access/managed-key.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { accessDepsOf } from "./access-deps.ts";
import { KeyAnswer, NewKeyAnswer } from "./key-answer.ts";
import { readWithId } from "./read-with-id.ts";

export const rotateKey: Route = {
  method: "post",
  path: "/api/admin/api-keys/{id}/rotate",
  verb: "keys.manage",
  tag: "access",
  summary: "Give a key a successor; the old one stays good for an overlap (24 hours)",
  body: RotationCall.omit({ id: true }),
  answers: {
    201: {
      description: "The new key, shown this once, and the old one with its end",
      schema: NewKeyAnswer.extend({ replaces: KeyAnswer, warnings: z.array(z.string()) }),
    },
  },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const rotated = await rotateApiKey(accessDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!rotated.ok) return answerProblem(c, problemOfStaffRefusal(rotated.error));
    const { clear, key, old, delay } = rotated.value;
    const warnings =
      delay === null ? [] : [`${delay.part} did not take the old key's new end: it may stay good for a day longer; revoke it to be sure`];
    return c.json({ key: clear, ...describeKey(key), replaces: describeKey(old), warnings }, 201);
  },
};
