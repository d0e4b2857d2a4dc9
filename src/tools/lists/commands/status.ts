import { accessOf, SERVICE_FLAGS } from "../../rules/access.ts";
import { defineCommand } from "../../rules/command.ts";
import { tableLines } from "../../rules/table.ts";
import { callService, readAnswer } from "../call-service.ts";
import { FeedsAnswer, SourcesAnswer } from "../feed-answers.ts";

/** Shows the feeds of the service. */
export const status = defineCommand({
  program: "lists",
  name: "status",
  summary: "show the feeds that are imported, and whether the compiled list has them",
  takes: "",
  mostWords: 0,
  flags: SERVICE_FLAGS,
  run: async ({ flags, console }) => {
    const access = accessOf(flags, console.env);
    const response = await callService(access, { method: "GET", path: "/api/admin/fraud-lists/feeds" });
    const answer = await readAnswer(FeedsAnswer, response, access.url);
    const { feeds, base } = answer;
    const asked = await callService(access, { method: "GET", path: "/api/admin/fraud-lists/sources" });
    const { sources } = await readAnswer(SourcesAnswer, asked, access.url);
    const fetched = sources.map(({ name, outcome, last_run, next_run, failures }) => [name, outcome, last_run, next_run, failures]);
    const rows = feeds.map(({ name, role, category, entries, imported_at, expires_at, origin }) => [
      ...[name, role, category, entries, imported_at],
      ...[expires_at, origin],
    ]);
    const compiled =
      base.built_at === null
        ? "no list was compiled yet"
        : `compiled at ${base.built_at}${base.is_current ? "" : "; what was imported since follows within the hour"}`;
    return {
      code: 0,
      document: { ok: true, ...answer, sources },
      lines: [
        ...(feeds.length === 0 ? ["no feeds"] : tableLines(["feed", "role", "category", "networks", "imported", "until", "from"], rows)),
        compiled,
        ...(sources.length === 0 ? [] : ["", ...tableLines(["fetched by itself", "outcome", "last", "next", "failures"], fetched)]),
      ],
    };
  },
});
