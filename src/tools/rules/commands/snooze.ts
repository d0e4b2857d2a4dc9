import * as z from "zod";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi, type RulesApi } from "../api.ts";
import { type CommandCall, defineCommand, type Report } from "../command.ts";
import { instantOf } from "../instant.ts";
import { wrongUse } from "../stopped.ts";
import { tableLines } from "../table.ts";

const Snooze = z.object({
  id: z.string(),
  type: z.string(),
  value: z.string(),
  reason: z.string(),
  rules: z.array(z.string()),
  expires_at: z.string().nullable(),
  active: z.boolean(),
});
const Saved = Snooze.extend({ seq: z.number() });
const Snoozes = z.object({ snoozes: z.array(Snooze) });

const FLAGS = {
  for: { value: "TYPE:VALUE", about: "whom to spare, such as client:c-81 or ip:198.51.100.0/24" },
  until: { value: "TIME", about: "until when: 2026-12-01, a time with its zone, or a distance such as 7d (90 days at most)" },
  message: { short: "m", value: "TEXT", about: "why" },
  end: { value: "ID", about: "end one before its time" },
  ...SERVICE_FLAGS,
} as const;

/** Spares somebody some rules for a while. */
export const snooze = defineCommand({
  name: "snooze",
  summary: "silence rules for one client, card, address … until a time; list what is silenced, or end it",
  takes: "[RULE…]",
  mostWords: 100,
  about: `npm run rules -- snooze transfer/R1 --for client:c-81 --until 7d -m "moves house"
Without RULE it lists them. TYPE is ip, device, client, dest, card, email or phone.`,
  flags: FLAGS,
  run: async (call) => {
    const { flags, words } = call;
    if (flags.end !== undefined) return end(openApi(flags, call.console), flags.end);
    if (words.length > 0) return create(call);
    if (flags.for !== undefined || flags.until !== undefined)
      throw wrongUse("which rules? npm run rules -- snooze transfer/R1 --for client:c-81 --until 7d");
    return list(openApi(flags, call.console));
  },
});

async function create({ flags, words, console }: CommandCall<typeof FLAGS>): Promise<Report> {
  const [, type, value] = /^([a-z]+):(.+)$/.exec(flags.for ?? "") ?? [];
  if (type === undefined || value === undefined) throw wrongUse("for whom? --for TYPE:VALUE, such as --for client:c-81");
  if (flags.until === undefined) throw wrongUse("until when? --until TIME, such as --until 7d");
  if (flags.message === undefined) throw wrongUse("why? -m TEXT stays with the entry, for whoever meets it");
  const expiresAt = instantOf("--until", flags.until, "ahead", Date.now());
  const body = { type, value, reason: flags.message, rules: words, expiresAt };
  const made = await openApi(flags, console).rules("/snoozes", { method: "POST", body, answer: Saved });
  const line = `${made.rules.join(", ")} spare ${made.type} ${made.value} until ${made.expires_at}: version ${made.seq} is live (\`snooze --end ${made.id}\` ends it)`;
  return { code: 0, document: { ok: true, ...made }, lines: [line] };
}

async function end(api: RulesApi, id: string): Promise<Report> {
  const gone = await api.rules(`/snoozes/${encodeURIComponent(id)}`, { method: "DELETE", answer: Saved });
  const line = `${gone.rules.join(", ")} no longer spare ${gone.type} ${gone.value}: version ${gone.seq} is live`;
  return { code: 0, document: { ok: true, ...gone }, lines: [line] };
}

async function list(api: RulesApi): Promise<Report> {
  const { snoozes } = await api.rules("/snoozes", { answer: Snoozes });
  const rows = snoozes.map((one) => [
    ...[one.id, one.type, one.value, one.rules.join(", ")],
    one.active ? (one.expires_at ?? "no end") : `${one.expires_at} (over)`,
    one.reason,
  ]);
  return {
    code: 0,
    document: { ok: true, snoozes },
    lines: snoozes.length === 0 ? ["no rule is silenced for anybody"] : tableLines(["id", "type", "value", "rules", "until", "why"], rows),
  };
}
