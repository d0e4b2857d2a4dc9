import * as z from "zod";
import { type PostbackRefusal, receivePostback } from "../../pipeline/external-checks/receive-postback.ts";
import { readText } from "../byte-stream.ts";
import { countCalls } from "../middleware/limit.ts";
import { answerProblem, type Problem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const MAX_BYTES = 256 << 10;

export const receiveHook: Route = {
  method: "post",
  path: "/hooks/{service}",
  verb: null,
  counts: "itself",
  tag: "hooks",
  summary: "Take a postback of an external service",
  description:
    "Signed with HMAC-SHA-256 over timestamp and body under a secret of `SERVICE_SECRETS`; headers, encoding and what it does are the service's settings. " +
    "At most 5 minutes old; the same notification acts once. An unknown service and a wrong signature get the same 401.",
  body: z.unknown(),
  answers: {
    200: { description: "Taken, or of no interest", schema: z.object({ status: z.enum(["done", "ignored", "repeated"]) }) },
  },
  handle: async (c) => {
    const body = await readText(c, MAX_BYTES);
    if (body === null)
      return answerProblem(c, { status: 413, code: "body_too_large", detail: `a postback has at most ${MAX_BYTES} bytes` });
    const received = await receivePostback(c.get("services"), {
      service: c.req.param("service") ?? "",
      header: (name) => c.req.header(name),
      body,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
    if (received.ok) return c.json({ status: received.value });
    // Only those who cannot sign are held to the limit of their address: a service may have much to tell.
    const limited = received.error.kind === "unauthorized" ? await countCalls(c, 1) : null;
    return answerProblem(c, limited ?? problemOf(received.error));
  },
};

function problemOf(refusal: PostbackRefusal): Problem {
  switch (refusal.kind) {
    case "unauthorized":
      return { status: 401, code: "bad_signature", detail: "no service of this name signed this" };
    case "stale":
      return { status: 401, code: "stale", detail: "the signed time is more than 5 minutes from ours: sign it anew" };
    case "in_flight":
      return { status: 409, code: "in_flight", detail: "the same notification is being taken: send it again", retryAfterSeconds: 1 };
    case "other_body":
      return { status: 422, code: "id_reused", detail: "this notification came before with another content" };
    case "refused":
      return problemOfRefusal(refusal.refusal);
  }
}
