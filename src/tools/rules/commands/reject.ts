import * as z from "zod";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { wrongUse } from "../stopped.ts";

const Rejected = z.object({ id: z.string() });

/** Turns down what somebody asked to publish. */
export const reject = defineCommand({
  name: "reject",
  summary: "turn down what another person asked to publish, or withdraw your own",
  takes: "ID",
  mostWords: 1,
  flags: { message: { short: "m", value: "TEXT", about: "why" }, ...SERVICE_FLAGS },
  run: async ({ flags, words, console }) => {
    const [id] = words;
    if (id === undefined) throw wrongUse("reject what? `approvals` lists what waits");
    const path = `/approvals/${encodeURIComponent(id)}/reject`;
    const answer = await openApi(flags, console).rules(path, { method: "POST", body: { note: flags.message ?? "" }, answer: Rejected });
    return { code: 0, document: { ok: true, ...answer }, lines: [`${answer.id} no longer waits; nothing was published`] };
  },
});
