import type { Context } from "hono";
import type * as z from "zod";
import type { Verb } from "../core/access/permission.ts";
import type { AppEnv } from "./context.ts";

/** One row of the surface: what is served, who may, what goes in and out. The app, the OpenAPI document and the access tests read it. */
export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: `/api/v1/decisions/{id}`. */
  readonly path: string;
  /** Null is open to anyone. */
  readonly verb: Verb | null;
  /** Counts in its caller's limits by itself (its claim, or its number of items) and not once for each request. */
  readonly counts?: "itself";
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Status → what it means and its schema; problems are added by the document. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType }>>;
  readonly handle: (c: Context<AppEnv>) => Response | Promise<Response>;
}
