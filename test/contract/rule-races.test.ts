import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { disposableDomains } from "../../src/adapters/email/disposable-domains.ts";
import { createManifestStore } from "../../src/adapters/postgres/manifest-store.ts";
import { createApprovalStore } from "../../src/adapters/postgres/rule-approvals.ts";
import { createDependentSource } from "../../src/adapters/postgres/rule-dependents.ts";
import { createDraftStore } from "../../src/adapters/postgres/rule-draft.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import { createWebhookOutbox } from "../../src/adapters/postgres/webhooks/webhook-outbox.ts";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import { createConfigStore } from "../../src/adapters/redis/config-store.ts";
import { replaceDraft } from "../../src/backoffice/rules/edit-draft.ts";
import { updateRule } from "../../src/backoffice/rules/edit-rules.ts";
import type { WorkshopDeps } from "../../src/backoffice/rules/workshop-deps.ts";
import type { StaffContext } from "../../src/backoffice/staff-context.ts";
import { PERMISSIONS } from "../../src/core/access/permission.ts";
import { listRules } from "../../src/core/rules/edit/find-rule.ts";
import { parseSources } from "../../src/core/rules/sources.ts";
import { testSealer } from "../support/builders/audit.ts";
import { TEST_HASH } from "../support/builders/packed-log.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const RACES = 1_000;
const BUDGET_MS = 20_000;

let db: TestDatabase;
let deps: WorkshopDeps;
beforeAll(async () => {
  db = await createTestDatabase();
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = db.gateways.vars;
  const store = createConfigStore(createRedisClient({ url, token }));
  deps = {
    // Editing a draft reaches neither of them.
    ...{ redis: store, kv: store },
    manifests: createManifestStore(db.database),
    drafts: createDraftStore(db.database),
    dependents: createDependentSource(db.database),
    approvals: createApprovalStore(db.database),
    webhooks: createWebhookOutbox(db.database),
    writes: createStaffWrites(db.database, testSealer()),
    newId: randomUUID,
    options: { hash: TEST_HASH, disposableDomains, currencyExponent: 2, timeZone: "UTC" },
  };
});
afterAll(() => db.close());

const as = (name: string): StaffContext => ({
  actor: { id: `user_${name}`, name },
  role: "analyst",
  world: "live",
  address: null,
  requestId: `req-${name}`,
  nowMs: Date.parse("2026-11-20T12:00:00Z"),
  ifVersion: null,
  scopes: null,
  permissions: PERMISSIONS,
});
const aRule = (id: string, score: number) => ({
  ...{ id, name: id, reason: "probe", severity: "low", score, conditions: { amount: { gte: 1 } } },
});

test(`in ${RACES} races of two editors for one draft one wins each time, the other is told, and nothing is lost`, {
  timeout: 300_000,
}, async () => {
  const text = JSON.stringify({ name: "probe", rules: [aRule("ann", 0), aRule("bob", 0)] });
  const features = JSON.stringify({ amount: { op: "field", path: "amount", type: "money" } });
  const begun = await replaceDraft(deps, as("ann"), { files: [{ name: "probe.json", text }], cases: [], features, version: 0 });
  expect(begun).toMatchObject({ ok: true, value: { version: 1 } });

  const scores = { ann: 0, bob: 0 };
  for (let race = 1; race <= RACES; race++) {
    const score = race % 100;
    const edit = (id: "ann" | "bob") => updateRule(deps, as(id), { id, rule: aRule(id, score), version: race });
    const [ann, bob] = await Promise.all([edit("ann"), edit("bob")]);
    const [winner, loser, lost] = ann.ok ? (["ann", "bob", bob] as const) : (["bob", "ann", ann] as const);
    expect((ann.ok ? ann : bob).ok, `race ${race}`).toBe(true);
    expect(lost, `race ${race}`).toMatchObject({
      ok: false,
      error: { kind: "conflict", current: { version: race + 1 }, changed: { actor: winner } },
    });
    // Only the loser's own rule is in the loser's difference, and it says what is there now.
    if (!lost.ok && lost.error.kind === "conflict")
      expect(lost.error.difference).toEqual(scores[loser] === score ? [] : [{ field: "score", yours: score, current: scores[loser] }]);
    scores[winner] = score;
    const draft = expectValue(await deps.drafts.read(BUDGET_MS));
    expect(draft?.version).toBe(race + 1);
    const now = listRules(parseSources(draft?.text ?? "")).map(({ rule }) => rule.score);
    expect(now, `race ${race}`).toEqual([scores.ann, scores.bob]);
  }
  const [count] = await db.rows("select count(*) as edits from audit_log where action = 'rule.update' and success");
  expect(count).toEqual({ edits: RACES });
});
