import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { withoutCardNumbers } from "../core/privacy/find-card-numbers.ts";

/** One fault in the input: the JSON path and a sentence. */
export interface ProblemFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}
export interface Problem {
  readonly status: ContentfulStatusCode;
  /** Stable; what programs branch on. */
  readonly code: string;
  /** A sentence for people, with the way out. */
  readonly detail: string;
  readonly errors?: readonly ProblemFault[];
  readonly retryAfterSeconds?: number;
  /** Members of this kind of problem alone, such as the state that a conflict met. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  410: "Gone",
  411: "Length required",
  413: "Body too large",
  415: "Unsupported media type",
  422: "Invalid input",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available",
};

/** The body of every error (RFC 9457). */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  return {
    type: `urn:tollgate:problem:${problem.code}`,
    title: TITLES[problem.status] ?? "Error",
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...problem.more,
    request_id: requestId,
  };
}

/** Answers with a problem, which repeats no card number: paths and messages are made of what the caller sent. */
export function answerProblem(c: Context, problem: Problem): Response {
  const requestId = (c.get("requestId") as string | undefined) ?? "";
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (problem.retryAfterSeconds !== undefined) headers["retry-after"] = String(problem.retryAfterSeconds);
  return c.body(JSON.stringify(withoutCardNumbers(problemBody(problem, requestId))), problem.status, headers);
}
