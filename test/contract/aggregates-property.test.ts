import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAggregateSource } from "../../src/adapters/postgres/aggregate-source.ts";
import { evaluateHistory } from "../../src/adapters/postgres/evaluate-history.ts";
import { recordEntries } from "../../src/adapters/postgres/record-entries.ts";
import { DIMENSIONS, ENTITY_KINDS } from "../../src/core/event/entity.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import { evaluateNaively } from "../support/oracle/history-oracle.ts";
import { expectClose } from "../support/records/expect-close.ts";
import { declarations, events } from "../support/records/history-builder.ts";
import { anEntry, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 20_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function record(history: readonly CanonicalEvent[]): Promise<void> {
  await db.rows("truncate events, event_ids, payments, decisions, decision_ids");
  const others = history.map((event) => ({ ...event, dimensions: Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, "a"])) }));
  // The same ids in the other world: whatever it says must not show.
  const entries = [...history.map((event) => anEntry(event)), ...others.map((event) => anEntry(event, { livemode: false }))];
  expectValue(await recordEntries(db.database, entries, { currency: { code: "EUR", exponent: 2 }, budgetMs: BUDGET_MS }));
}

const anyBy = fc.oneof(
  fc.tuple(fc.constantFrom(...ENTITY_KINDS)),
  fc.tuple(fc.constantFrom(...ENTITY_KINDS), fc.constantFrom(...DIMENSIONS)),
);

test("plain SQL over events says what a naive reading of the declaration says", async () => {
  const anyDeclaration = declarations(anyBy, () => fc.constantFrom(...ENTITY_KINDS));
  await fc.assert(
    fc.asyncProperty(events, fc.array(anyDeclaration, { minLength: 10, maxLength: 25 }), fc.boolean(), async (history, declared, self) => {
      const [first, ...rest] = history;
      if (first === undefined) return;
      // Recorded or not, the event being decided counts the same.
      const event = { ...first, occurredAtMs: NOON };
      await record(self ? rest : [event, ...rest]);
      const question = { declarations: declared, event, self, livemode: true, timeZone: "UTC" };
      const values = expectValue(await evaluateHistory(db.database, question, BUDGET_MS));
      declared.forEach((declaration, i) => {
        expectClose(values[i], evaluateNaively(declaration, { events: history }, event, self), JSON.stringify(declaration));
      });
    }),
    { numRuns: 60 },
  );
});

test("one round trip answers every declaration of a client and a destination as a naive reading does", async () => {
  const ofClientOrDest = declarations(fc.constantFrom(["client"] as const, ["dest"] as const), () => fc.constantFrom("client", "dest"));
  await fc.assert(
    fc.asyncProperty(events, fc.array(ofClientOrDest, { minLength: 5, maxLength: 25 }), async (history, declared) => {
      const named = declared.map((declaration, i) => ({ ...declaration, name: `f${i}`, self: false }));
      const event = { ...(history[0] as CanonicalEvent), occurredAtMs: NOON, dimensions: { client: "a", dest: "b" } };
      await record(history);
      const source = createAggregateSource(db.database, named, { livemode: true, timeZone: "UTC" });
      const answer = expectValue(await source.aggregate({ client: "a", dest: "b", asOfMs: NOON, exceptId: event.id, budgetMs: BUDGET_MS }));
      for (const declaration of named) {
        const values = declaration.by[0] === "client" ? answer.client?.values : answer.dest?.values;
        expectClose(values?.[declaration.name], evaluateNaively(declaration, { events: history }, event), JSON.stringify(declaration));
      }
      const past = history.filter(
        ({ id, type, dimensions, occurredAtMs }) =>
          id !== event.id && type === "transaction" && dimensions.client === "a" && occurredAtMs <= NOON,
      );
      const known = [...new Set(past.flatMap(({ dimensions }) => dimensions.dest ?? []))];
      expect(Object.keys(answer.client?.dests ?? {}).sort()).toEqual([...new Set([...known, "b"])].sort());
      expect(answer.client?.destsComplete).toBe(true);
      for (const dest of known) {
        const paid = past.filter(({ dimensions }) => dimensions.dest === dest);
        expect(answer.client?.dests[dest]).toEqual({
          count: paid.length,
          totalMinor: paid.reduce(
            (sum, { status, amountMinor }) => sum + (status === "blocked" || status === "declined" ? 0 : (amountMinor ?? 0)),
            0,
          ),
          lastMs: Math.max(...paid.map(({ occurredAtMs }) => occurredAtMs)),
        });
      }
    }),
    { numRuns: 60 },
  );
});
