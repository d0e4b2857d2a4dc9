import type * as z from "zod";
import { err, ok, type Result } from "../result.ts";
import { checkedEvent, checkedTransaction } from "./body-checks.generated.ts";
import { addressOf, dimensionsOf } from "./canonical.ts";
import type { CanonicalEvent, EventStatus, EventType, TransactionType } from "./event.ts";
import { inspectBody } from "./inspect.ts";
import { type InputFault, parseLeniently } from "./lenient.ts";
import { rateOf, toMinor } from "./money.ts";
import { Event, Transaction } from "./schema.ts";
import { type EventSettings, MAX_AHEAD_MS } from "./settings.ts";
import { inCheckoutSpelling } from "./spelling.ts";

export interface ParseContext {
  readonly settings: EventSettings;
  readonly nowMs: number;
  /** Who calls (D12): never the transaction's address. */
  readonly callerAddress: string | null;
  /** Names an event whose caller gave no id. */
  readonly newId: () => string;
}
export interface ParsedEvent {
  readonly event: CanonicalEvent;
  readonly warnings: readonly InputFault[];
  /** Whether the caller named the event: without an id a call is not repeatable. */
  readonly isRepeatable: boolean;
  /** Whether the caller said when it happened. */
  readonly isDated: boolean;
}
export type Parsed = Result<ParsedEvent, InputFault[]>;

/** One kind of body: its schema, the same as written code, which knows only what fits, and the fields that refuse it. */
interface Form {
  readonly schema: z.ZodType<Record<string, unknown>>;
  readonly check: (body: unknown) => Record<string, unknown> | undefined;
  readonly required: ReadonlySet<string>;
}
const TRANSACTION: Form = { schema: Transaction, check: checkedTransaction, required: new Set(["type", "amount"]) };
const EVENT: Form = {
  schema: Event,
  check: checkedEvent,
  required: new Set(["type", "transaction_id", "status", "amount", "transaction_type"]),
};
const NO_FAULTS: readonly InputFault[] = [];

/** Parses one transaction of `analyze`: both spellings, warnings for what is optional, faults for what is required. */
export function parseTransaction(input: unknown, context: ParseContext): Parsed {
  return parse(input, context, TRANSACTION, context.settings.tokenizeCard, (body) => ({
    id: body.transaction_id,
    stage: body.stage,
    type: "transaction",
    transactionType: body.type,
    status: "attempted",
  }));
}

/** Parses one event of `POST /api/v1/events`. */
export function parseEvent(input: unknown, context: ParseContext): Parsed {
  return parse(input, context, EVENT, null, (body) => ({
    id: body.id,
    stage: "",
    type: body.type as EventType,
    transactionType: body.transaction_type,
    status: body.status ?? (body.type === "transaction" ? "attempted" : "success"),
  }));
}

interface Identity {
  readonly id: unknown;
  readonly stage: unknown;
  readonly type: EventType;
  readonly transactionType: unknown;
  readonly status: unknown;
}

function parse(
  input: unknown,
  context: ParseContext,
  { schema, check, required }: Form,
  tokenizeCard: ((digits: string) => string) | null,
  identify: (body: Record<string, unknown>) => Identity,
): Parsed {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    return err([{ code: "invalid_type", path: "", message: "the body must be a JSON object" }]);
  const inspected = inspectBody(inCheckoutSpelling(input as Record<string, unknown>), tokenizeCard);
  if (!inspected.ok) return inspected;
  const checked = check(inspected.value.body);
  const parsed =
    checked === undefined ? parseLeniently(schema, inspected.value.body, required) : ok({ value: checked, warnings: NO_FAULTS });
  if (!parsed.ok) return parsed;
  const { value: body } = parsed.value;
  const warnings = [...inspected.value.warnings, ...parsed.value.warnings];

  const occurredAtMs = body.timestamp === undefined ? context.nowMs : Date.parse(body.timestamp as string);
  if (occurredAtMs > context.nowMs + MAX_AHEAD_MS)
    return err([{ code: "in_the_future", path: "timestamp", message: "`timestamp` is more than 5 minutes ahead of the service's clock" }]);

  const fault = convertMoney(body, context.settings);
  if (fault !== null) return err([fault]);
  const amountMinor = typeof body.amount === "number" ? toMinor(body.amount, context.settings.currency.exponent) : null;
  if (amountMinor === 0) return err([{ code: "too_small", path: "amount", message: "`amount` is less than the currency's smallest unit" }]);

  const dimensions = dimensionsOf(body, context.settings);
  if (typeof body.ip_address === "string") {
    const address = addressOf(body.ip_address, context.callerAddress);
    if ("code" in address) {
      warnings.push(address);
      delete body.ip_address;
    } else {
      body.ip_address = address.text;
      dimensions.ip = address.countingKey;
    }
  }
  const identity = identify(body);
  const geo = body.ip_geo as { latitude?: number; longitude?: number } | undefined;
  return ok({
    event: {
      id: (identity.id as string | undefined) ?? context.newId(),
      stage: (identity.stage as string | undefined) ?? "",
      type: identity.type,
      transactionType: (identity.transactionType as TransactionType | undefined) ?? null,
      occurredAtMs,
      status: identity.status as EventStatus,
      amountMinor,
      dimensions,
      latitude: geo?.latitude ?? null,
      longitude: geo?.longitude ?? null,
      body,
    },
    warnings,
    isRepeatable: identity.id !== undefined,
    isDated: body.timestamp !== undefined,
  });
}

const MONEY_FIELDS = ["amount", "oldbalanceOrg", "newbalanceOrig", "oldbalanceDest", "newbalanceDest"] as const;

/** Brings every amount of the body into the deployment's currency, in place. */
function convertMoney(body: Record<string, unknown>, settings: EventSettings): InputFault | null {
  const code = body.currency;
  if (typeof code !== "string" || code === settings.currency.code) return null;
  const rate = rateOf(settings.currency, code);
  if (rate === null)
    return {
      code: "unsupported_currency",
      path: "currency",
      message: `no rate is configured for \`${code}\`; this deployment counts in \`${settings.currency.code}\``,
    };
  const scale = 10 ** settings.currency.exponent;
  for (const field of MONEY_FIELDS) {
    const value = body[field];
    if (typeof value === "number") body[field] = Math.round(value * rate * scale) / scale;
  }
  const shipping = body.shipping as { amount?: number } | undefined;
  if (shipping?.amount !== undefined) shipping.amount = Math.round(shipping.amount * rate * scale) / scale;
  return null;
}
