import * as z from "zod";
import {
  ConfirmCall,
  confirmSecondFactor,
  DisableCall,
  disableSecondFactor,
  StartCall,
  startSecondFactor,
} from "../../../backoffice/me/second-factor.ts";
import { readJson } from "../../json-body.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { answerMeRefusal, meDepsOf } from "./me-calls.ts";

const PATH = "/api/v1/me/second-factor";

const start: Route = {
  method: "post",
  path: PATH,
  verb: "self.manage",
  tag: "me",
  summary: "Begin a second factor: the secret for an authenticator app",
  description: "Nothing is asked for until a code confirms it. `uri` is what goes into a QR code. Again makes another secret.",
  body: StartCall,
  answers: { 201: { description: "The secret, shown this once", schema: z.object({ secret: z.string(), uri: z.string() }) } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const started = await startSecondFactor(meDepsOf(c.get("services"), c.get("caller")), staffContextOf(c), body.value);
    return started.ok ? c.json(started.value, 201) : answerMeRefusal(c, started.error);
  },
};

const confirm: Route = {
  method: "post",
  path: `${PATH}/confirm`,
  verb: "self.manage",
  tag: "me",
  summary: "Switch my second factor on by a code of the app; gives the recovery codes",
  description:
    "From then on a sign-in sends `code` beside the password. Each recovery code works once in place of a code. A token that was limited to this is refreshed to get a full one.",
  body: ConfirmCall,
  answers: { 200: { description: "The recovery codes, shown this once", schema: z.object({ recovery_codes: z.array(z.string()) }) } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const confirmed = await confirmSecondFactor(meDepsOf(c.get("services"), c.get("caller")), staffContextOf(c), body.value);
    return confirmed.ok ? c.json({ recovery_codes: confirmed.value.recoveryCodes }) : answerMeRefusal(c, confirmed.error);
  },
};

const disable: Route = {
  method: "post",
  path: `${PATH}/disable`,
  verb: "self.manage",
  tag: "me",
  summary: "Switch my second factor off, by my password and a code",
  body: DisableCall,
  answers: { 200: { description: "It is off", schema: z.object({ disabled: z.literal(true) }) } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const disabled = await disableSecondFactor(meDepsOf(c.get("services"), c.get("caller")), staffContextOf(c), body.value);
    return disabled.ok ? c.json({ disabled: true }) : answerMeRefusal(c, disabled.error);
  },
};

export const secondFactorRoutes: readonly Route[] = [start, confirm, disable];
