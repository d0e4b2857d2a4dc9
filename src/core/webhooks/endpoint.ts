import type { World } from "../access/api-key.ts";
import type { AlertSeverity } from "../alerts/alert.ts";
import type { KindSettings } from "./endpoint-settings.ts";
import type { WebhookType } from "./webhook-event.ts";

/** Why an endpoint is off: staff said so, it answered 410, or it took nothing for as long as attempts are made. */
export type DisabledFor = "staff" | "gone" | "failing";

/** Who is told of what, and how. */
export interface Endpoint {
  readonly id: string;
  readonly world: World;
  readonly name: string;
  readonly format: KindSettings;
  /** Where to, without what in it is secret. */
  readonly url: string;
  readonly types: readonly WebhookType[];
  /** The least severity it is told of; null is told of everything, also of what has none. */
  readonly minSeverity: AlertSeverity | null;
  /** Sealed: a signing secret, a token, or for Slack the whole address. */
  readonly secret: string;
  /** Still signs beside the new one until then; null when there is none. */
  readonly previousSecret: string | null;
  readonly previousSecretUntilMs: number | null;
  readonly isActive: boolean;
  readonly disabledFor: DisabledFor | null;
  readonly disabledAtMs: number | null;
  /** First failure since the last success. */
  readonly failingSinceMs: number | null;
  readonly lastSuccessMs: number | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly version: number;
}
