import * as z from "zod";
import type { StaffRefusal } from "../../../backoffice/staff-action.ts";
import { changeUser, UserFields } from "../../../backoffice/users/change-user.ts";
import { createUser, NewUserCall } from "../../../backoffice/users/create-user.ts";
import { listUsers } from "../../../backoffice/users/list-users.ts";
import { ResetCall, resetSecondFactor } from "../../../backoffice/users/reset-second-factor.ts";
import type { UserDelay } from "../../../backoffice/users/user-deps.ts";
import { STAFF_ROLES } from "../../../core/access/permission.ts";
import type { UserRecord } from "../../../core/access/user.ts";
import { readJson } from "../../json-body.ts";
import { answerProblem, type Problem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { accessDepsOf } from "./access-deps.ts";
import { readWithId } from "./read-with-id.ts";

const UserAnswer = z.object({
  id: z.string(),
  username: z.string(),
  role: z.enum(STAFF_ROLES),
  status: z.enum(["active", "disabled"]),
  second_factor: z.boolean(),
  created_at: z.string(),
  created_by: z.string(),
  version: z.int(),
});

const describeUser = ({
  id,
  username,
  role,
  createdAtMs,
  createdBy,
  disabledAtMs,
  hasSecondFactor,
  version,
}: UserRecord): z.infer<typeof UserAnswer> => ({
  id,
  username,
  role,
  status: disabledAtMs === null ? "active" : "disabled",
  second_factor: hasSecondFactor,
  created_at: new Date(createdAtMs).toISOString(),
  created_by: createdBy,
  version,
});

export const users: Route = {
  method: "get",
  path: "/api/admin/users",
  verb: "users.read",
  tag: "access",
  summary: "All staff users by name",
  answers: { 200: { description: "The users", schema: z.object({ users: z.array(UserAnswer) }) } },
  handle: async (c) => {
    const listed = await listUsers(accessDepsOf(c.get("services")), staffContextOf(c));
    return listed.ok ? c.json({ users: listed.value.map(describeUser) }) : answerProblem(c, problemOfStaffRefusal(listed.error));
  },
};

export const addUser: Route = {
  method: "post",
  path: "/api/admin/users",
  verb: "users.manage",
  tag: "access",
  summary: "Make a staff user who may sign in",
  body: NewUserCall,
  answers: { 201: { description: "The user", schema: UserAnswer } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const made = await createUser(accessDepsOf(c.get("services")), staffContextOf(c), body.value);
    return made.ok ? c.json(describeUser(made.value), 201) : answerProblem(c, problemOfStaffRefusal(made.error));
  },
};

export const editUser: Route = {
  method: "put",
  path: "/api/admin/users/{id}",
  verb: "users.manage",
  tag: "access",
  summary: "Change a user's role or password, disable or enable them",
  description: "What is left out stays. Their access tokens end at once; with a new password, or disabled, their sessions too.",
  body: UserFields,
  answers: { 200: { description: "The user as it is now", schema: UserAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const changed = await changeUser(accessDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (changed.ok) return c.json(describeUser(changed.value));
    return answerProblem(c, problemOfUser(changed.error));
  },
};

export const resetUserSecondFactor: Route = {
  method: "post",
  path: "/api/admin/users/{id}/second-factor/reset",
  verb: "users.manage",
  tag: "access",
  summary: "Take a user's second factor away; ends their sessions",
  body: ResetCall.omit({ id: true }),
  answers: { 200: { description: "The user as it is now", schema: UserAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const reset = await resetSecondFactor(accessDepsOf(c.get("services")), staffContextOf(c), body.value);
    return reset.ok ? c.json(describeUser(reset.value)) : answerProblem(c, problemOfUser(reset.error));
  },
};

function problemOfUser(refusal: StaffRefusal | UserDelay): Problem {
  if (refusal.kind !== "delayed") return problemOfStaffRefusal(refusal);
  return {
    status: 503,
    code: "revocation_delayed",
    detail: `it is changed, but ${refusal.part} did not take it, so access tokens of the last 15 minutes may go on: send this again`,
    retryAfterSeconds: 1,
  };
}
