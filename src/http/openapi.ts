import * as z from "zod";
import { takesIdempotencyKey } from "./middleware/idempotency.ts";
import type { Route } from "./route.ts";

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })).optional(),
  request_id: z.string(),
});

/** The OpenAPI 3.1 document of a surface, from the schemas that parse it. */
export function describeSurface(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeOperation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Tollgate", version, description: "Fraud decisions at the edge.", license: { name: "MIT", identifier: "MIT" } },
    components: {
      securitySchemes: {
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "From `POST /api/v1/auth/token`; an API key is good too.",
        },
      },
      schemas: { Problem: toJsonSchema(Problem, "output") },
    },
    paths,
  };
}

function describeOperation(route: Route): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  for (const [status, { description, schema }] of Object.entries(route.answers)) {
    responses[status] =
      schema === undefined ? { description } : { description, content: { "application/json": { schema: toJsonSchema(schema, "output") } } };
  }
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  if (takesIdempotencyKey(route))
    responses[410] = {
      description: "`answer_erased`: the call was done before, and its answer was erased with the client it named; a new key does it again",
      content: problem,
    };
  responses.default = { description: "A problem (RFC 9457)", content: problem };
  return {
    operationId: `${route.method} ${route.path}`,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.verb === null ? {} : { security: [{ apiKey: [] }, { token: [] }], "x-verb": route.verb }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query), ...headerParameters(route)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: toJsonSchema(route.body, "input") } } } }),
    responses,
  };
}

function pathParameters(path: string): Record<string, unknown>[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
}

function queryParameters(query: z.ZodObject | undefined): Record<string, unknown>[] {
  if (query === undefined) return [];
  const schema = toJsonSchema(query, "input") as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: "query",
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));
}

function headerParameters(route: Route): Record<string, unknown>[] {
  if (!takesIdempotencyKey(route)) return [];
  const description =
    "The same key with the same request has one effect in 24 h: repeats get the first answer, with `idempotency-replayed: true`";
  return [
    { name: "Idempotency-Key", in: "header", required: false, description, schema: { type: "string", minLength: 1, maxLength: 255 } },
  ];
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...document } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return document;
}
