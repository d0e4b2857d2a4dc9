import { holdsCardNumber } from "../privacy/find-card-numbers.ts";
import { err, ok, type Result } from "../result.ts";
import type { InputFault } from "./lenient.ts";

const MAX_DEPTH = 8;
/** Fields where shops put a card number by mistake; in `analyze` it becomes a keyed token there. */
const ID_FIELDS: ReadonlySet<string> = new Set(["transaction_id", "id", "client_id", "dest_id", "device_id", "order_id", "card.token"]);

export interface Inspected {
  readonly body: Record<string, unknown>;
  readonly warnings: InputFault[];
}

/**
 * Walks a body before anything else reads it: refuses nesting deeper than 8 and card numbers outside id fields
 * (naming the field, never the value), and replaces those in id fields by a token. One pass, no recursion, no copy of a clean body.
 */
export function inspectBody(
  body: Record<string, unknown>,
  tokenizeCard: ((digits: string) => string) | null,
): Result<Inspected, InputFault[]> {
  const warnings: InputFault[] = [];
  const refused: InputFault[] = [];
  const open: { readonly node: Record<string, unknown>; readonly path: string; readonly depth: number; readonly inArray: boolean }[] = [
    { node: body, path: "", depth: 1, inArray: false },
  ];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    for (const key of Object.keys(entry.node)) {
      // The key would be part of every path below it.
      if (holdsCardNumber(key)) {
        refused.push({
          code: "card_number",
          path: entry.path,
          message: `a name in ${inWords(entry.path)} holds a card number; send a token instead`,
        });
        continue;
      }
      const value = entry.node[key];
      const kind = typeof value;
      if (kind !== "string" && kind !== "number" && kind !== "object") continue;
      if (value === null) continue;
      if (kind === "object") {
        const path = join(entry, key);
        if (entry.depth >= MAX_DEPTH)
          return err([{ code: "too_deep", path, message: `\`${clip(path)}\` is nested deeper than ${MAX_DEPTH} levels` }]);
        open.push({ node: value as Record<string, unknown>, path, depth: entry.depth + 1, inArray: Array.isArray(value) });
        continue;
      }
      const text = textOf(value as string | number);
      if (text === null || !holdsCardNumber(text)) continue;
      const path = join(entry, key);
      if (tokenizeCard !== null && ID_FIELDS.has(path)) {
        entry.node[key] = tokenizeCard(text.replace(/\D/g, ""));
        warnings.push({
          code: "card_number_replaced",
          path,
          message: `\`${path}\` held a card number and was replaced by a token; send a token of your own`,
        });
      } else {
        refused.push({
          code: "card_number",
          path,
          message: `\`${clip(path)}\` holds a card number; send a token instead, never the number`,
        });
      }
    }
  }
  return refused.length > 0 ? err(refused) : ok({ body, warnings });
}

const FEWEST_DIGITS = 13;

/** A value as text, or null where it is too short for a card number. */
function textOf(value: string | number): string | null {
  if (typeof value === "string") return value.length < FEWEST_DIGITS ? null : value.trim();
  // The digits of a fraction are never a card number.
  return Math.abs(value) < 10 ** (FEWEST_DIGITS - 1) ? null : String(value);
}

const join = (entry: { readonly path: string; readonly inArray: boolean }, key: string): string =>
  entry.inArray ? `${entry.path}[${key}]` : entry.path === "" ? key : `${entry.path}.${key}`;
const inWords = (path: string): string => (path === "" ? "the body" : `\`${clip(path)}\``);
const clip = (path: string): string => (path.length > 120 ? `${path.slice(0, 120)}…` : path);
