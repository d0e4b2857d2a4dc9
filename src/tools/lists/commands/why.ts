import * as z from "zod";
import { parseAddress } from "../../../core/address/parse-address.ts";
import { accessOf, SERVICE_FLAGS } from "../../rules/access.ts";
import { defineCommand } from "../../rules/command.ts";
import { wrongUse } from "../../rules/stopped.ts";
import { tableLines } from "../../rules/table.ts";
import { callService, readAnswer } from "../call-service.ts";

const Entry = z.object({
  role: z.string(),
  id: z.string(),
  value: z.string(),
  reason: z.string(),
  since: z.string(),
  expires_at: z.string().nullable(),
});
const Standing = z.object({ address: z.string(), verdict: z.string(), decided_by: Entry.nullable(), entries: z.array(Entry) });

/** Says what covers an address. */
export const why = defineCommand({
  program: "lists",
  name: "why",
  summary: "show what covers an address, since when and until when, and what decides",
  takes: "ADDRESS",
  mostWords: 1,
  flags: SERVICE_FLAGS,
  run: async ({ flags, words: [text], console }) => {
    const address = text === undefined ? null : parseAddress(text);
    if (address === null) throw wrongUse(text === undefined ? "which address?" : `\`${text}\` is not one IPv4 or IPv6 address`);
    const access = accessOf(flags, console.env);
    const response = await callService(access, { method: "GET", path: `/api/v1/ip/${encodeURIComponent(address.text)}` });
    const standing = await readAnswer(Standing, response, access.url);
    const { verdict, decided_by: decider, entries } = standing;
    const said =
      decider === null ? "nothing blocks or trusts it" : `${verdict} by ${decider.id} on ${decider.value}, since ${decider.since}`;
    const rows = entries.map(({ role, id, value, reason, since, expires_at }) => [role, value, since, expires_at, reason, id]);
    return {
      code: 0,
      document: { ok: true, ...standing },
      lines: [
        `${standing.address}: ${said}`,
        ...(rows.length === 0 ? [] : tableLines(["role", "listed", "since", "until", "reason", "entry"], rows)),
      ],
    };
  },
});
