import type { WebhookEvent } from "../webhooks/webhook-event.ts";
import type { VersionKind } from "./next-manifest.ts";

/** `ruleset.published`: other rules are live from now on, by a publish or by whatever took one back. Both worlds decide by them. */
export function rulesetPublished(
  version: { readonly seq: number; readonly kind: VersionKind; readonly author: string; readonly message: string; readonly hash: string },
  atMs: number,
): WebhookEvent {
  const { seq, kind, author, message, hash } = version;
  const data = { seq, kind, author, message, manifest: hash, published_at: new Date(atMs).toISOString() };
  return { id: `ruleset.published:${seq}`, type: "ruleset.published", livemode: true, atMs, data };
}
