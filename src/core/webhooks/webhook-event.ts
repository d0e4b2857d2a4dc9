/** What subscribers can be told of. */
export const WEBHOOK_TYPES = [
  "transaction.analyzed",
  "fraud.detected",
  "risk.high",
  "chargeback.initiated",
  "block.created",
  "report.created",
  "decision.reviewed",
  "ruleset.published",
  "alert.raised",
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Something that happened, to be told to whoever subscribed to its type. */
export interface WebhookEvent {
  /** The same for the same happening, however often it is seen: `transaction.analyzed:` and the decision's id. */
  readonly id: string;
  readonly type: WebhookType;
  readonly livemode: boolean;
  /** When it happened, epoch milliseconds. */
  readonly atMs: number;
  /** What is told of it; snake_case, money in major units, times in ISO 8601, as the API answers. */
  readonly data: Readonly<Record<string, unknown>>;
}
