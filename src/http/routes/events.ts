import * as z from "zod";
import type { InputFault } from "../../core/event/lenient.ts";
import { Event } from "../../core/event/schema.ts";
import { type AppendedItem, appendEvents as append } from "../../pipeline/append-events.ts";
import { callerAddress } from "../caller-address.ts";
import { readJson } from "../json-body.ts";
import { countCalls } from "../middleware/limit.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const MAX_EVENTS = 1_000;

const Item = z.object({
  id: z.string().nullable(),
  status: z.enum(["accepted", "repeated", "refused"]),
  warnings: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })).optional(),
  errors: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })).optional(),
});
const Appended = z.object({ accepted: z.int(), repeated: z.int(), refused: z.int(), events: z.array(Item) });

export const appendEvents: Route = {
  method: "post",
  path: "/api/v1/events",
  verb: "events.append",
  counts: "itself",
  tag: "events",
  summary: "Tell what happened: one event or up to 1,000, without a decision",
  body: z.union([Event, z.array(Event).max(MAX_EVENTS)]),
  answers: { 202: { description: "Taken durably; a bad event among good ones is named with its errors", schema: Appended } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const isMany = Array.isArray(body.value);
    const inputs: unknown[] = isMany ? (body.value as unknown[]) : [body.value];
    if (inputs.length === 0) return answerProblem(c, { status: 422, code: "empty", detail: "the array holds no event" });
    if (inputs.length > MAX_EVENTS)
      return answerProblem(c, {
        status: 422,
        code: "too_many",
        detail: `the array holds ${inputs.length} events; send at most ${MAX_EVENTS}`,
      });
    const refused = await countCalls(c, inputs.length);
    if (refused !== null) return answerProblem(c, refused);
    const appended = await append(c.get("services"), {
      inputs,
      world: c.get("caller").world,
      callerAddress: callerAddress(c),
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
    if (!appended.ok) return answerProblem(c, problemOfRefusal(appended.error));
    const isTaken = appended.value.some((item) => item.status !== "refused");
    if (!isTaken) return answerProblem(c, problemOfRefusal({ kind: "invalid", faults: faultsOf(appended.value, isMany) }));
    const count = (status: string): number => appended.value.filter((item) => item.status === status).length;
    return c.json(
      {
        accepted: count("accepted"),
        repeated: count("repeated"),
        refused: count("refused"),
        events: appended.value.map(({ index: _, ...item }) => item),
      },
      202,
    );
  },
};

/** Every fault of a call of which nothing was taken, with its place in the array. */
function faultsOf(items: readonly AppendedItem[], isMany: boolean): InputFault[] {
  return items.flatMap((item) =>
    item.status === "refused"
      ? item.errors.map((fault) => (isMany ? { ...fault, path: `[${item.index}]${fault.path === "" ? "" : "."}${fault.path}` } : fault))
      : [],
  );
}
