import { PublishedAnswer } from "../../../http/routes/admin/rules/rule-answers.ts";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { countOf, faultLines } from "../show-faults.ts";
import { wrongUse } from "../stopped.ts";

/** Publishes what another person asked to publish. */
export const approve = defineCommand({
  name: "approve",
  summary: "publish what another person asked to publish",
  takes: "ID",
  mostWords: 1,
  flags: { message: { short: "m", value: "TEXT", about: "a note beside the approval" }, ...SERVICE_FLAGS },
  run: async ({ flags, words, console }) => {
    const [id] = words;
    if (id === undefined) throw wrongUse("approve what? `approvals` lists what waits");
    const path = `/approvals/${encodeURIComponent(id)}/approve`;
    const answer = await openApi(flags, console).rules(path, {
      method: "POST",
      body: { note: flags.message ?? "" },
      answer: PublishedAnswer,
    });
    return {
      code: 0,
      document: { ok: true, ...answer },
      lines: [`version ${answer.seq} is live (${countOf(answer.rules, "rule")})`],
      complaints: faultLines(answer.warnings, new Map()),
    };
  },
});
