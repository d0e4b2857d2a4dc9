import { hookSecretsOf } from "../../core/external-checks/check-secrets.ts";
import { PostbackSettings } from "../../core/external-checks/postback-settings.ts";
import { type Postback, verifyPostback } from "../../core/external-checks/postback-signature.ts";
import { readPostback } from "../../core/external-checks/read-postback.ts";
import { findCardNumbers } from "../../core/privacy/find-card-numbers.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { RepeatableCall } from "../../ports/idempotency.ts";
import type { Refusal } from "../refusal.ts";
import type { Services, WaitUntil } from "../services.ts";
import { carryOut } from "./carry-out-postback.ts";

const DIRECTORY_BUDGET_MS = 2_000;
const CLAIM_BUDGET_MS = 2_000;
const KEEP_BUDGET_MS = 5_000;

export interface PostbackCall extends Postback {
  readonly service: string;
  readonly waitUntil: WaitUntil;
}
export type PostbackRefusal =
  /** Not known, not signed by it, or nobody's: one answer for all. */
  | { readonly kind: "unauthorized" }
  /** Signed, but its time is more than 5 minutes from ours. */
  | { readonly kind: "stale" }
  /** The same notification is being carried out. */
  | { readonly kind: "in_flight" }
  /** The same notification came before with another body. */
  | { readonly kind: "other_body" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** What became of a postback: `done`, `ignored` for a kind nobody acts on, `repeated` for one that was carried out before. */
export type PostbackResult = "done" | "ignored" | "repeated";

/** Verifies against these when a service is unknown, so that it takes as long. */
const NOBODY = PostbackSettings.parse({ effect: { kind: "label", transaction: "id", label: "label", map: {} } });

/**
 * Takes a notification of an external service: signature, age, then once, then what its settings make of it.
 * Closed (D7): while nobody can say which services there are, or Redis cannot remember it, nothing is done and the service is to send it again.
 */
export async function receivePostback(services: Services, call: PostbackCall): Promise<Result<PostbackResult, PostbackRefusal>> {
  const { externalChecks, idempotency, clock, newId } = services;
  const known = await externalChecks.directory.have(DIRECTORY_BUDGET_MS);
  if (known === null) return refused({ kind: "unavailable", part: "postgres" });
  const check = known.get(call.service)?.check;
  const settings = check?.isActive === true ? check.settings.postback : null;
  const secrets = settings === null ? [] : hookSecretsOf(externalChecks.secrets, call.service);
  const verified = await verifyPostback(settings ?? NOBODY, secrets, call, clock());
  if (settings === null || verified.kind === "forged") return err({ kind: "unauthorized" });
  if (verified.kind === "stale") return err({ kind: "stale" });

  const read = readPostback(settings, parseJson(call.body));
  if (!read.ok) return invalid("bad_postback", read.error.path, read.error.message);
  const { order } = read.value;
  const [cardNumber] = findCardNumbers(order);
  if (cardNumber !== undefined) return invalid(cardNumber.code, cardNumber.path, cardNumber.message);
  if (order.kind === "ignored") return ok("ignored");

  const id = read.value.id ?? verified.id ?? verified.mac;
  const once: RepeatableCall = { scope: `hook\n${settings.world}\n${call.service}`, key: id, request: JSON.stringify(order) };
  const claimed = await idempotency.claim(once, newId(), CLAIM_BUDGET_MS);
  if (!claimed.ok) return refused({ kind: "unavailable", part: "redis" });
  switch (claimed.value.kind) {
    case "in_flight":
      return err({ kind: "in_flight" });
    case "other_request":
      return err({ kind: "other_body" });
    case "replay":
      return ok("repeated");
    case "new":
      break;
  }
  const done = await carryOut(services, { service: call.service, world: settings.world, id, order, waitUntil: call.waitUntil });
  // What was not done may be sent again; what was done is remembered for a day.
  const kept = done.ok
    ? await idempotency.complete(once, { status: 200, headers: {}, body: "" }, KEEP_BUDGET_MS)
    : await idempotency.release(once, KEEP_BUDGET_MS);
  if (!kept.ok) services.log("idempotency_not_kept", { hook: call.service, reason: kept.error.reason });
  return done.ok ? ok("done") : refused(done.error);
}

const refused = (refusal: Refusal) => err({ kind: "refused" as const, refusal });
const invalid = (code: string, path: string, message: string) => refused({ kind: "invalid", faults: [{ code, path, message }] });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
