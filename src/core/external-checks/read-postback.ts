import { canonicalEntityId } from "../event/canonical.ts";
import type { EntityKind } from "../event/entity.ts";
import { isStorable } from "../event/unstorable-text.ts";
import { err, ok, type Result } from "../result.ts";
import { readJsonPath } from "./json-path.ts";
import type { PostbackSettings } from "./postback-settings.ts";

/** What a verified postback asks for. */
export type PostbackOrder =
  | {
      readonly kind: "features";
      readonly entity: EntityKind;
      readonly id: string;
      readonly values: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly kind: "label"; readonly transactionId: string; readonly label: "fraud" | "legitimate" | "chargeback" }
  | { readonly kind: "chargeback"; readonly transactionId: string; readonly amount: unknown; readonly timestamp: unknown }
  /** Of a kind that the settings do not act on. */
  | { readonly kind: "ignored" };
export interface ReadPostback {
  /** Which notification it is, when the body says so. */
  readonly id: string | null;
  readonly order: PostbackOrder;
}
/** The path that leads nowhere, or to something that cannot be meant. */
export type PostbackFault = { readonly path: string; readonly message: string };

const LONGEST_ID = 128;
const LONGEST_TEXT = 512;

/** Reads a postback's body by its settings; a fault names the path. */
export function readPostback(settings: PostbackSettings, body: unknown): Result<ReadPostback, PostbackFault> {
  const { id: idPath, when, effect } = settings;
  const id = idPath === undefined ? null : idAt(body, idPath);
  if (idPath !== undefined && id === null) return err({ path: idPath, message: "must say which notification it is" });
  const done = (order: PostbackOrder): Result<ReadPostback, PostbackFault> => ok({ id, order });
  if (when !== undefined && !when.in.some((one) => one === readJsonPath(body, when.path))) return done({ kind: "ignored" });
  switch (effect.kind) {
    case "features": {
      const named = idAt(body, effect.id, LONGEST_TEXT);
      const entityId = named === null ? null : canonicalEntityId(effect.entity, named);
      if (entityId === null) return err({ path: effect.id, message: `must name a ${effect.entity}` });
      const values: Record<string, string | number | boolean> = {};
      for (const [key, path] of Object.entries(effect.values)) {
        const value = readJsonPath(body, path);
        if (value === undefined || value === null) continue;
        if (!isFeatureValue(value)) return err({ path, message: "must be a number, a boolean or a text of at most 512 characters" });
        values[key] = value;
      }
      return done(
        Object.keys(values).length === 0 ? { kind: "ignored" } : { kind: "features", entity: effect.entity, id: entityId, values },
      );
    }
    case "label": {
      const transactionId = idAt(body, effect.transaction);
      if (transactionId === null) return err({ path: effect.transaction, message: "must name a transaction" });
      const word = String(readJsonPath(body, effect.label));
      const label = Object.hasOwn(effect.map, word) ? effect.map[word] : undefined;
      return done(label === undefined ? { kind: "ignored" } : { kind: "label", transactionId, label });
    }
    case "chargeback": {
      const transactionId = idAt(body, effect.transaction);
      if (transactionId === null) return err({ path: effect.transaction, message: "must name a transaction" });
      const at = (path: string | undefined): unknown => (path === undefined ? undefined : (readJsonPath(body, path) ?? undefined));
      return done({ kind: "chargeback", transactionId, amount: at(effect.amount), timestamp: at(effect.timestamp) });
    }
  }
}

function idAt(body: unknown, path: string, longest = LONGEST_ID): string | null {
  const value = readJsonPath(body, path);
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string") return null;
  const trimmed = text.trim();
  return trimmed !== "" && trimmed.length <= longest && isStorable(trimmed) ? trimmed : null;
}

function isFeatureValue(value: unknown): value is string | number | boolean {
  if (typeof value === "string") return value.length <= LONGEST_TEXT && isStorable(value);
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}
