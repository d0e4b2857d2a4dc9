import type { World } from "../core/access/api-key.ts";
import type { NewAlert } from "../core/alerts/alert.ts";
import type { Endpoint } from "../core/webhooks/endpoint.ts";
import type { OutgoingRequest } from "../core/webhooks/formats/outgoing-request.ts";
import type { AttemptOutcome, SendAnswer } from "../core/webhooks/judge-answer.ts";
import type { Message, MessageType } from "../core/webhooks/message.ts";
import type { WebhookEvent, WebhookType } from "../core/webhooks/webhook-event.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** Where events wait to be delivered. An event whose id is known is left out, so it may be added again. */
export interface WebhookOutbox {
  /** For `StaffWrite.also`: added with a staff action's change, or not at all. */
  adding(event: WebhookEvent): StaffChange;
  add(events: readonly WebhookEvent[], budgetMs: number): Answer<void>;
}

/** Endpoints as staff manage them. */
export interface EndpointStore {
  list(world: World, budgetMs: number): Answer<readonly Endpoint[]>;
  byId(id: string, budgetMs: number): Answer<Endpoint | null>;
  /** Types that an active endpoint of a world is told of. */
  subscribed(world: World, budgetMs: number): Answer<ReadonlySet<WebhookType>>;
  creating(endpoint: Endpoint): StaffChange;
  /** The change that makes an endpoint of `version` what is given. */
  replacing(version: number, endpoint: Endpoint): StaffChange;
  /** With its deliveries and their log. */
  removing(endpoint: Pick<Endpoint, "id" | "version">): StaffChange;
}

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One attempt, as the log has it. */
export interface LoggedAttempt {
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
  readonly responseStatus: number | null;
  /** Its first kilobyte; null when there was none. */
  readonly responseBody: string | null;
}
/** One event for one endpoint, with all attempts so far, the oldest first. */
export interface Delivery {
  readonly id: string;
  readonly message: string;
  readonly eventId: string;
  readonly type: MessageType;
  readonly atMs: number;
  readonly status: DeliveryStatus;
  /** When it is tried next; null when it is over. */
  readonly dueAtMs: number | null;
  readonly attempts: readonly LoggedAttempt[];
}
export interface DeliveryQuery {
  readonly endpointId: string;
  readonly status: DeliveryStatus | null;
  readonly type: MessageType | null;
  readonly eventId: string | null;
  /** Of events from then on, and before then. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** The page after the one that ended with this delivery. */
  readonly beforeId: string | null;
  readonly limit: number;
}

/** A delivery that this consumer alone may send until its lease ends. */
export interface LeasedDelivery {
  readonly id: string;
  /** Attempts made in this round. */
  readonly step: number;
  /** When the first of them began. */
  readonly roundStartedMs: number;
  readonly message: Message;
}
/** What came of a leased delivery. */
export interface SettledDelivery {
  readonly id: string;
  readonly status: DeliveryStatus;
  readonly dueAtMs: number | null;
  readonly attempt: Omit<LoggedAttempt, "number">;
}
/** That an endpoint is asked no more. */
export interface Disabling {
  readonly reason: "gone" | "failing";
  readonly alert: NewAlert;
  /** `failing` holds only if nothing reached the endpoint since then. */
  readonly unlessSuccessSinceMs: number | null;
}

/** Deliveries, their leases and their log. */
export interface DeliveryStore {
  find(query: DeliveryQuery, budgetMs: number): Answer<readonly Delivery[]>;
  byId(endpointId: string, id: string, budgetMs: number): Answer<Delivery | null>;
  /** Active endpoints that have something due and not leased, those that wait longest first. */
  due(nowMs: number, limit: number, budgetMs: number): Answer<readonly Endpoint[]>;
  /**
   * Takes what is due for an endpoint, the longest due first. Of an endpoint that fails one delivery is out at a time.
   * @param lease names this taking; what is not settled until `untilMs` is taken again, by whoever comes
   */
  lease(
    endpointId: string,
    lease: string,
    times: { readonly nowMs: number; readonly untilMs: number },
    budgetMs: number,
  ): Answer<readonly LeasedDelivery[]>;
  /**
   * Logs attempts and gives back the rest of the lease, in one statement. What was leased anew meanwhile is left to the other consumer,
   * so an attempt is logged once. An endpoint that is disabled by it is told as an alert.
   */
  settle(
    leased: { readonly endpointId: string; readonly lease: string; readonly nowMs: number },
    settled: readonly SettledDelivery[],
    disabling: Disabling | null,
    budgetMs: number,
  ): Answer<void>;
  /** The change that adds a message for one endpoint alone, whatever it subscribed to. */
  addingOne(endpoint: Pick<Endpoint, "id" | "version">, delivery: string, message: Message): StaffChange;
  /** The change that sends a delivery again, from the first attempt on. */
  replaying(endpoint: Pick<Endpoint, "id" | "version">, id: string, nowMs: number): StaffChange;
  /** The same for all that an endpoint is told of in a time, with what it was not subscribed to or not made for then. */
  replayingRange(endpoint: Pick<Endpoint, "id" | "version">, fromMs: number, toMs: number, nowMs: number): StaffChange;
}

/** Sends requests to strangers: follows no redirect, reads a kilobyte, and answers within the budget whatever they do. */
export interface WebhookSender {
  send(request: OutgoingRequest, budgetMs: number): Promise<Extract<SendAnswer, { kind: "answered" | "timeout" | "unreachable" }>>;
}
/** Says which addresses a name has, of both families; none when it has none. */
export interface NameResolver {
  resolve(name: string, budgetMs: number): Answer<readonly string[]>;
}
