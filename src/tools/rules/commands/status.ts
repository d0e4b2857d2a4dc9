import { SERVICE_FLAGS } from "../access.ts";
import { openApi, type RulesApi } from "../api.ts";
import { type Approval, readApprovals } from "../approvals-api.ts";
import { defineCommand } from "../command.ts";
import { countOf } from "../show-faults.ts";
import { Stopped } from "../stopped.ts";
import { readDraft, readHistory, type VersionLine } from "../versions.ts";

/** What is live, what is about to be, and whether the service decides with it. */
export const status = defineCommand({
  name: "status",
  summary: "show what is live, the draft, what waits for approval, and the service's health",
  takes: "",
  mostWords: 0,
  flags: SERVICE_FLAGS,
  run: async ({ flags, console }) => {
    const api = openApi(flags, console);
    const [[live = null], draft, waiting, health] = await Promise.all([
      readHistory(api, { limit: 1 }),
      readDraft(api),
      pendingApprovals(api),
      api.health(),
    ]);
    const { version, base_seq, edited, updated_by, updated_at } = draft;
    const decidesWith = health.versions.seq;
    const by = updated_by === null ? "" : `, last by ${updated_by}${updated_at === null ? "" : ` at ${updated_at}`}`;
    return {
      code: 0,
      document: {
        ok: true,
        live,
        draft: { version, base_seq, edited, updated_by, updated_at },
        approvals: waiting,
        health: { status: health.status, seq: decidesWith, parts: health.parts },
      },
      lines: [
        live === null ? "live      nothing yet" : `live      ${liveText(live)}`,
        `draft     ${edited ? `differs from version ${base_seq}${by}` : "says the same"}${live !== null && edited && base_seq !== live.seq ? ", which is no longer live" : ""}`,
        `waiting   ${waiting === null ? "this key may not see approvals" : waiting.length === 0 ? "nothing" : waitingText(waiting)}`,
        `service   ${health.status}, decides with ${decidesWith === null ? "nothing yet" : `version ${decidesWith}`}${downText(health.parts)}`,
      ],
    };
  },
});

const liveText = ({ seq, kind, author, at, message }: VersionLine): string =>
  `version ${seq}, ${kind} by ${author} at ${at}${message === "" ? "" : `: ${message}`}`;

const waitingText = (waiting: readonly Approval[]): string =>
  `${countOf(waiting.length, "set")}: ${waiting.map(({ id, author }) => `${id} by ${author.name}`).join(", ")}`;

function downText(parts: Readonly<Record<string, { readonly status: string }>>): string {
  const down = Object.entries(parts).filter(([, { status }]) => status === "down");
  return down.length === 0 ? "" : `; down: ${down.map(([name]) => name).join(", ")}`;
}

/** Null for a key that may read rules and not publish them. */
async function pendingApprovals(api: RulesApi): Promise<readonly Approval[] | null> {
  try {
    return await readApprovals(api, "pending");
  } catch (fault) {
    if (fault instanceof Stopped && fault.code === "not_allowed") return null;
    throw fault;
  }
}
