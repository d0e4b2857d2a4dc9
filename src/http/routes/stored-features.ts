import { ENTITY_KINDS, type EntityKind } from "../../core/event/entity.ts";
import { putStoredFeatures } from "../../pipeline/put-stored-features.ts";
import { parseBody } from "../parse-body.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";
import { Values } from "../stored-values.ts";

export const putFeatures: Route = {
  method: "put",
  path: "/api/v1/features/{entity}/{id}",
  verb: "features.write",
  tag: "facts",
  summary: "Write an entity's stored features, which featureStoreLookup reads",
  description: `Replaces them whole; kept for 30 days. \`entity\` is one of ${ENTITY_KINDS.join(", ")}.`,
  body: Values,
  answers: { 204: { description: "Written" } },
  handle: async (c) => {
    const entity = c.req.param("entity") ?? "";
    if (!isEntityKind(entity))
      return answerProblem(c, {
        status: 422,
        code: "unknown_entity",
        detail: `\`entity\` must be one of ${ENTITY_KINDS.map((kind) => `\`${kind}\``).join(", ")}`,
      });
    const body = await parseBody(c, Values);
    if (!body.ok) return answerProblem(c, body.error);
    const written = await putStoredFeatures(c.get("services"), {
      entity,
      id: c.req.param("id") ?? "",
      values: body.value,
      world: c.get("caller").world,
    });
    return written.ok ? c.body(null, 204) : answerProblem(c, problemOfRefusal(written.error));
  },
};

const isEntityKind = (text: string): text is EntityKind => (ENTITY_KINDS as readonly string[]).includes(text);
