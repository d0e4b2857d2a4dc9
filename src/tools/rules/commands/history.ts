import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { wholeNumber } from "../flags.ts";
import { tableLines } from "../table.ts";
import { readHistory } from "../versions.ts";

/** Who made what live, and when. */
export const history = defineCommand({
  name: "history",
  summary: "list the versions that went live, newest first",
  takes: "",
  mostWords: 0,
  flags: {
    limit: { value: "N", about: "how many (default 20)" },
    before: { value: "SEQ", about: "only versions before this one" },
    ...SERVICE_FLAGS,
  },
  run: async ({ flags, console }) => {
    const limit = wholeNumber("--limit", flags.limit) ?? 20;
    const before = wholeNumber("--before", flags.before);
    const versions = await readHistory(openApi(flags, console), { limit, ...(before === undefined ? {} : { before }) });
    const rows = versions.map(({ seq, kind, at, author, message }) => [seq, kind, at, author, message.replace(/\s+/g, " ")]);
    return {
      code: 0,
      document: { ok: true, versions },
      lines: versions.length === 0 ? ["nothing was published yet"] : tableLines(["version", "kind", "at", "author", "message"], rows),
    };
  },
});
