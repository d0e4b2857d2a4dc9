import { createClient } from "@redis/client";
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { evaluateHistory } from "../../src/adapters/postgres/evaluate-history.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../src/core/features/declaration.ts";
import type { RecordEntry, RecordStore } from "../../src/ports/records.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { factsOf, planOf } from "../support/facts.ts";
import { evaluateNaively } from "../support/oracle/history-oracle.ts";
import { arbitraryStream, DENSE_FEATURES, type Delivery } from "../support/oracle/streams.ts";
import { expectClose } from "../support/records/expect-close.ts";
import { aDecided, anEntry, aPayment } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";
import { AMPLE_MS, aClaim, aSettlement, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

let db: TestDatabase;
let windows: VelocityStore;
let records: RecordStore;
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();
let redis: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  db = await createTestDatabase();
  windows = velocityStoreOf(redisClientOf(db.gateways));
  records = createRecordStore(db.database, { code: "EUR", exponent: 2 });
  redis = await connect(db.gateways.redisUrl);
});
afterAll(async () => {
  redis.destroy();
  await db.close();
});

const plan = planOf(DENSE_FEATURES);
const declarations = plan.catalogue.declarations.filter((one): one is HistoryDeclaration => one.kind === "history");

/** One delivery as Redis sees it: claimed, perhaps again, settled, and perhaps declined later. */
async function deliverToRedis({ event, how, status }: Delivery): Promise<void> {
  const request = aClaim(event);
  if (how !== "settle only") expectValue(await windows.claim(request));
  if (how === "sent twice") expectValue(await windows.claim(request));
  if (how === "repeated") expectValue(await windows.claim(aClaim(event)));
  if (how === "second stage") expectValue(await windows.claim(aClaim({ ...event, stage: "post_auth" })));
  const settlement = aSettlement(event, { token: request.token, status: status === "blocked" ? "blocked" : event.status });
  expectValue(await windows.settle(settlement, AMPLE_MS));
  if (status === "declined") expectValue(await windows.setStatus(event, "declined", AMPLE_MS));
}

/** The same as Postgres sees it; a payment may arrive before the transaction it speaks of. */
function entriesOf({ event, how, status }: Delivery): RecordEntry[] {
  const decided = event.type === "transaction" ? aDecided(event, { outcome: status === "blocked" ? "block" : "allow" }) : anEntry(event);
  const payment = status === "declined" ? [anEntry(aPayment(`payment of ${event.id}`, event.id, "declined", event.occurredAtMs))] : [];
  const again = how === "sent twice" || how === "repeated" ? [decided] : [];
  return [...payment, decided, ...again];
}

test("the Redis fold, plain SQL over events and a naive oracle agree on random streams", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream(), fc.integer({ min: 1, max: 20 }), async ({ deliveries, question }, batchSize) => {
      await Promise.all([redis.flushDb(), db.rows("truncate events, event_ids, payments, decisions, decision_ids")]);
      for (const delivery of deliveries) await deliverToRedis(delivery);
      const entries = deliveries.flatMap(entriesOf);
      for (let at = 0; at < entries.length; at += batchSize) expectValue(await records.record(entries.slice(at, at + batchSize), AMPLE_MS));

      const reply = expectValue(await windows.claim(aClaim(question, { mode: "peek", roles: plan.catalogue.roles })));
      const folded = factsOf(plan, question, { logs: reply.logs, roles: reply.roles }).values;
      const asked = { declarations, event: question, self: true, livemode: true, timeZone: "UTC" };
      const queried = expectValue(await evaluateHistory(db.database, asked, AMPLE_MS));
      const statuses = new Map(deliveries.map(({ event, status }) => [event.id, status ?? event.status]));
      const history = {
        events: deliveries.map(({ event }) => event),
        statusOf: (event: CanonicalEvent) => statuses.get(event.id) ?? event.status,
      };
      declarations.forEach((declaration, i) => {
        const expected = evaluateNaively(declaration, history, question);
        expectClose(folded[declaration.name], expected, `Redis, ${declaration.name}`);
        expectClose(queried[i], expected, `SQL, ${declaration.name}`);
      });
    }),
    { numRuns: 40 },
  );
});
