import * as z from "zod";
import { DESCRIPTION, NAME, VERSION } from "../../core/product.ts";
import type { Route } from "../route.ts";

export const serviceCard: Route = {
  method: "get",
  path: "/",
  verb: null,
  tag: "service",
  summary: "What this is",
  answers: {
    200: {
      description: "The service card",
      schema: z.object({ service: z.string(), version: z.string(), status: z.string(), description: z.string(), docs: z.string() }),
    },
  },
  handle: (c) => c.json({ service: NAME, version: VERSION, status: "running", description: DESCRIPTION, docs: "/docs" }),
};
