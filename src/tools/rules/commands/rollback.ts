import * as z from "zod";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { seqOf } from "../versions.ts";

const RolledBack = z.object({ seq: z.number(), to: z.number() });

/** Brings an earlier version back, as a new one. */
export const rollback = defineCommand({
  name: "rollback",
  summary: "bring the rules of an earlier version back, for the next decision",
  takes: "SEQ",
  mostWords: 1,
  about:
    "It becomes a new version with the rules and features of the old one; lists and models stay as they are. It does not ask: to undo it, roll back again.",
  flags: { message: { short: "m", value: "TEXT", about: "why, for the history" }, ...SERVICE_FLAGS },
  run: async ({ flags, words, console }) => {
    const to = seqOf(words[0], "npm run rules -- rollback SEQ");
    const api = openApi(flags, console);
    const body = { to, message: flags.message ?? "" };
    const answer = await api.rules("/rollback", { method: "POST", body, answer: RolledBack });
    return { code: 0, document: { ok: true, ...answer }, lines: [`version ${answer.seq} is live, with the rules of version ${to}`] };
  },
});
