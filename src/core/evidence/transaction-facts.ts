import * as z from "zod";
import { Attributes, Card, IpGeo, PostalAddress, ThreeDs } from "../event/fields.ts";

/** What became of the payment, as a `payment` event told it; the card scheme's authentication with it. */
export const PaymentFact = z.object({
  id: z.string(),
  status: z.string(),
  at: z.string(),
  amount: z.number().nullable(),
  decline_code: z.string().nullable(),
  avs: z.string().nullable(),
  cvc: z.string().nullable(),
  three_ds: ThreeDs.nullable(),
});
export type PaymentFact = z.infer<typeof PaymentFact>;

/** A decision as a bank may read it: what was said and why. */
export const DecisionFact = z.object({
  decision_id: z.string(),
  stage: z.string(),
  decided_at: z.string(),
  outcome: z.string(),
  risk_score: z.number(),
  risk_level: z.string(),
  reasons: z.array(z.string()),
  rules: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Results of the card checks that this stage knew, by the name of their feature. */
  checks: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  ruleset: z.string(),
});
export type DecisionFact = z.infer<typeof DecisionFact>;

/** One transaction with everything this service knows of it; times in ISO 8601, money in major units. */
export const TransactionFacts = z.object({
  transaction_id: z.string(),
  order_id: z.string().nullable(),
  livemode: z.boolean(),
  occurred_at: z.string(),
  type: z.string().nullable(),
  status: z.string(),
  amount: z.number().nullable(),
  /** The deployment's currency: `amount` is in it. */
  currency: z.string(),
  /** What the customer paid in, where it was another. */
  paid_currency: z.string().nullable(),
  customer: z.object({
    client_id: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    ip_address: z.string().nullable(),
    ip_geo: IpGeo.nullable(),
    device_id: z.string().nullable(),
    user_agent: z.string().nullable(),
    city: z.string().nullable(),
    country: z.string().nullable(),
  }),
  /** Without its token. */
  card: Card.omit({ token: true }).nullable(),
  billing: PostalAddress.nullable(),
  shipping: PostalAddress.nullable(),
  avs: z.string().nullable(),
  cvc: z.string().nullable(),
  three_ds: ThreeDs.nullable(),
  attributes: Attributes.nullable(),
  decisions: z.array(DecisionFact),
  payments: z.array(PaymentFact),
});
export type TransactionFacts = z.infer<typeof TransactionFacts>;
