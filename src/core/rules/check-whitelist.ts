import { networkText, parseNetwork } from "../address/network.ts";
import { type CheckContext, report } from "./check-context.ts";
import type { RulesetDocument } from "./document.ts";
import { clip, entryOf, type JsonNode } from "./json-node.ts";
import { LITERAL_FORM, parseLiteral, parseTime } from "./literal.ts";
import type { WhitelistEntry } from "./ruleset.ts";

type Entry = NonNullable<RulesetDocument["whitelist"]>[number];

/** An entry in the events' canonical form, its rules still as written; null after reporting a bad value or date. */
export function checkWhitelistEntry(entry: Entry, node: JsonNode, context: CheckContext): WhitelistEntry | null {
  const at = (key: string): JsonNode => (node.kind === "object" ? entryOf(node, key)?.value : undefined) ?? node;
  const type = entry.type === "user" ? "client" : entry.type;
  const value = canonicalValue(type, entry.value);
  if (value === null) {
    const form = type === "ip" ? "an IP address or a network" : LITERAL_FORM[type === "email" ? "email" : "id"];
    report(context, at("value"), "wrong_type", `expected ${form}, got \`${clip(entry.value)}\``);
  }
  const expiresAtMs = entry.expiresAt === undefined ? null : parseTime(entry.expiresAt);
  if (entry.expiresAt !== undefined && expiresAtMs === null)
    return report(context, at("expiresAt"), "wrong_type", `expected ${LITERAL_FORM.time}, got \`${clip(entry.expiresAt)}\``);
  if (value === null) return null;
  return { type, value, reason: entry.reason, expiresAtMs, rules: entry.rules ?? null };
}

function canonicalValue(type: WhitelistEntry["type"], value: string): string | null {
  switch (type) {
    case "ip": {
      const network = parseNetwork(value);
      return network === null ? null : networkText(network);
    }
    case "email": {
      const email = parseLiteral("email", value, 0);
      return typeof email === "string" ? email : null;
    }
    case "phone":
      return value.replace(/[^\d+]/g, "") || null;
    default:
      return value;
  }
}
