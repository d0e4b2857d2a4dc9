import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { readApprovals } from "../approvals-api.ts";
import { defineCommand } from "../command.ts";
import { tableLines } from "../table.ts";

/** What waits for a second person. */
export const approvals = defineCommand({
  name: "approvals",
  summary: "list what waits for a second person (`policy.requireApproval`)",
  takes: "",
  mostWords: 0,
  flags: { all: { about: "also what was approved or rejected" }, ...SERVICE_FLAGS },
  run: async ({ flags, console }) => {
    const found = await readApprovals(openApi(flags, console), flags.all ? undefined : "pending");
    const rows = found.map(({ id, state, base_seq, author, created_at, message }) => [
      id,
      state,
      base_seq,
      author.name,
      created_at,
      message,
    ]);
    return {
      code: 0,
      document: { ok: true, approvals: found },
      lines: found.length === 0 ? ["nothing waits"] : tableLines(["id", "state", "made from", "author", "at", "message"], rows),
    };
  },
});
