import { accessOf, SERVICE_FLAGS } from "../../rules/access.ts";
import { defineCommand } from "../../rules/command.ts";
import { wrongUse } from "../../rules/stopped.ts";
import { callService } from "../call-service.ts";

const PATHS: Readonly<Record<string, string>> = { blocks: "/api/admin/fraud-blocks", whitelist: "/api/admin/fraud-whitelist" };
const FORMATS = ["csv", "netset"];
/** Rows that the service gives at once. */
const PAGE = 5_000;

/** Prints people's and rules' entries in force. */
export const exportEntries = defineCommand({
  program: "lists",
  name: "export",
  summary: "print the blocks or the whitelist that are in force",
  takes: "blocks|whitelist",
  mostWords: 1,
  flags: { format: { value: FORMATS.join("|"), about: "netset has the addresses only (default csv)" }, ...SERVICE_FLAGS },
  run: async ({ flags, words: [side = ""], console }) => {
    const path = Object.hasOwn(PATHS, side) ? PATHS[side] : undefined;
    if (path === undefined) throw wrongUse("which list? `blocks` or `whitelist`");
    const format = flags.format ?? "csv";
    if (!FORMATS.includes(format)) throw wrongUse(`\`${format}\` is no --format; there are ${FORMATS.join(", ")}`);
    const access = accessOf(flags, console.env);
    const lines: string[] = [];
    let before: string | null = null;
    do {
      const query = new URLSearchParams({ format, is_active: "true", limit: String(PAGE), ...(before === null ? {} : { before }) });
      const response: Response = await callService(access, { method: "GET", path: `${path}?${query}` });
      const page = (await response.text()).trimEnd();
      // Each page of a CSV begins with its heads.
      const text = format === "csv" && before !== null ? page.slice(page.indexOf("\n") + 1) : page;
      if (text !== "") lines.push(text);
      before = response.headers.get("tollgate-next");
    } while (before !== null);
    return { code: 0, document: { ok: true, format, lines }, lines };
  },
});
