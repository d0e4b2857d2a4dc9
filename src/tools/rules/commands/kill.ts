import * as z from "zod";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { wrongUse } from "../stopped.ts";

const Killed = z.object({ seq: z.number(), id: z.string(), was: z.string() });

/** Turns one rule off at once. */
export const kill = defineCommand({
  name: "kill",
  summary: "turn one rule off, for the next decision",
  takes: "RULE",
  mostWords: 1,
  about: "Live and in the draft; your files still have it: `pull` brings the change into them. It does not ask.",
  flags: { message: { short: "m", value: "TEXT", about: "why, for the history" }, ...SERVICE_FLAGS },
  run: async ({ flags, words, console }) => {
    const [rule] = words;
    if (rule === undefined) throw wrongUse("which rule? npm run rules -- kill transfer/R1");
    const api = openApi(flags, console);
    const path = `/${encodeURIComponent(rule)}/kill`;
    const answer = await api.rules(path, { method: "POST", body: { message: flags.message ?? "" }, answer: Killed });
    return {
      code: 0,
      document: { ok: true, ...answer },
      lines: [`${answer.id} was ${answer.was} and is off: version ${answer.seq} is live`],
    };
  },
});
