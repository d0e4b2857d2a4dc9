import { createClient } from "@redis/client";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../src/core/features/declaration.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { factsOf, planOf } from "../support/facts.ts";
import { evaluateNaively } from "../support/oracle/history-oracle.ts";
import { arbitraryStream, DENSE_FEATURES, type Delivery } from "../support/oracle/streams.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, aClaim, answered, aSettlement, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

let gateways: TestGateways;
let store: VelocityStore;
let behind: Awaited<ReturnType<typeof connect>>;
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();

beforeAll(async () => {
  gateways = await createTestGateways();
  store = velocityStoreOf(redisClientOf(gateways));
  behind = await connect(gateways.redisUrl);
});
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const plan = planOf(DENSE_FEATURES);
const histories = plan.catalogue.declarations.filter((one): one is HistoryDeclaration => one.kind === "history");

/** Sends a stream to Redis: claims, repeats, retries with the same token, second stages, settlements and later statuses. */
async function deliver(deliveries: readonly Delivery[]): Promise<void> {
  for (const { event, how, status } of deliveries) {
    const request = aClaim(event);
    if (how !== "settle only") answered(await store.claim(request));
    if (how === "sent twice") answered(await store.claim(request));
    if (how === "repeated") answered(await store.claim(aClaim(event)));
    if (how === "second stage") answered(await store.claim(aClaim({ ...event, stage: "post_auth" })));
    const settlement = aSettlement(event, { token: request.token, status: status === "blocked" ? "blocked" : event.status });
    answered(await store.settle(settlement, AMPLE_MS));
    if (how === "sent twice") answered(await store.settle(settlement, AMPLE_MS));
    if (status === "declined") answered(await store.setStatus(event, "declined", AMPLE_MS));
  }
}

test("what Redis keeps folds to what a naive evaluation of all events gives", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream(), async ({ deliveries, question }) => {
      await behind.flushDb();
      await deliver(deliveries);
      const reply = answered(await store.claim(aClaim(question, { mode: "peek", roles: plan.catalogue.roles })));
      const { values, marks } = factsOf(plan, question, { logs: reply.logs, roles: reply.roles });
      expect(marks).toEqual({});
      const statuses = new Map(deliveries.map(({ event, status }) => [event.id, status ?? event.status]));
      const history = {
        events: deliveries.map(({ event }) => event),
        statusOf: (event: CanonicalEvent) => statuses.get(event.id) ?? event.status,
      };
      for (const declaration of histories) {
        const expected = evaluateNaively(declaration, history, question);
        expect({ [declaration.name]: values[declaration.name] }).toEqual({ [declaration.name]: expected });
      }
    }),
    { numRuns: 60 },
  );
});

test("an event that Redis has already is left out of its own windows", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream(), async ({ deliveries, question }) => {
      await behind.flushDb();
      await deliver(deliveries);
      const read = async (mode: "record" | "peek", token?: string) => {
        const reply = answered(
          await store.claim(aClaim(question, { mode, roles: plan.catalogue.roles, ...(token === undefined ? {} : { token }) })),
        );
        return factsOf(plan, question, { logs: reply.logs, roles: reply.roles }).values;
      };
      const before = await read("peek");
      expect(await read("record", "the-call")).toEqual(before);
      expect(await read("record", "the-call")).toEqual(before);
      expect(await read("peek")).toEqual(before);
    }),
    { numRuns: 20 },
  );
});
