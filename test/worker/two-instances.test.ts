import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { startService, type TestService } from "../support/service.ts";

const API = "/api/admin/fraud-rules";
const OTHER = "tollgate-two";
const VERSIONS = 200;

let service: TestService;
beforeAll(async () => {
  service = await startService({}, [OTHER]);
});
afterAll(() => service.close());

interface Decision {
  readonly seq: number;
  readonly ruleset: string;
  readonly points: number;
  /** The version that was live, for sure, when the call began; and the newest that anybody had heard of when it ended. */
  readonly liveAtStart: number;
  readonly liveAtEnd: number;
}

/** Each version says its own points, so that half of one and half of another would show. */
const ruleset = (points: number) => ({
  files: [
    {
      name: "probe.json",
      text: JSON.stringify({
        name: "probe",
        rules: [
          { id: "A", name: "A", reason: "a", severity: "low", score: points, conditions: { amount: { gte: 1 } } },
          { id: "B", name: "B", reason: "b", severity: "low", score: points, conditions: { amount: { gte: 2 } } },
        ],
      }),
    },
  ],
  message: `points ${points}`,
});

test(`after ${VERSIONS} publishes and rollbacks every decision was made by one whole version, no instance went back, and each followed at once`, {
  timeout: 300_000,
}, async () => {
  const { features } = defaultRuleset();
  const publish = async (points: number) => service.call(`${API}/publish`, { as: "admin", body: { ...ruleset(points), features } });
  const first = await publish(1);
  expect(first.status).toBe(200);

  /** What each version says, by its number. */
  const versions = new Map([[first.body.seq as number, { ruleset: first.body.ruleset as string, points: 1 }]]);
  let live: number = first.body.seq;
  let newest = live;
  let isDone = false;

  const decisions: Record<string, Decision[]> = { tollgate: [], [OTHER]: [] };
  const decide = async (instance: string): Promise<void> => {
    const mine = decisions[instance] ?? [];
    while (!isDone) {
      const liveAtStart = live;
      const transaction = { transaction_id: `${instance}-${mine.length}`, type: "PAYMENT", amount: 20 };
      const { status, body } = await service.call("/api/v1/analyze", { body: transaction, instance });
      expect(status).toBe(200);
      const points = body.rules.map((rule: { points: number }) => rule.points);
      expect(points).toEqual([points[0], points[0]]);
      mine.push({ seq: body.versions.seq, ruleset: body.versions.ruleset, points: points[0], liveAtStart, liveAtEnd: newest });
    }
  };

  const change = async (): Promise<void> => {
    for (let made = 1; made < VERSIONS; made++) {
      // Two in five go back to something that was live before, from whichever instance.
      const instance = made % 2 === 0 ? "tollgate" : OTHER;
      const known = [...versions.keys()];
      const to = known[(made * 7919) % (known.length - 1 || 1)] ?? 1;
      const isRollback = made % 5 < 2 && to !== live;
      newest = live + 1;
      const answer = isRollback
        ? await service.call(`${API}/rollback`, { as: "admin", body: { to }, instance })
        : await service.call(`${API}/publish`, { as: "admin", body: ruleset(1 + (made % 39)), instance });
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { seq: live + 1 } });
      const old = versions.get(to);
      const said = isRollback && old !== undefined ? old : { ruleset: answer.body.ruleset as string, points: 1 + (made % 39) };
      versions.set(answer.body.seq, said);
      live = answer.body.seq;
    }
    isDone = true;
  };

  await Promise.all([change(), decide("tollgate"), decide(OTHER)]);

  for (const [instance, mine] of Object.entries(decisions)) {
    expect(mine.length, `${instance} decided all the while`).toBeGreaterThan(VERSIONS / 4);
    let highest = 0;
    const late = new Map<number, number>();
    for (const { seq, ruleset, points, liveAtStart, liveAtEnd } of mine) {
      expect({ ruleset, points }, `version ${seq}`).toEqual(versions.get(seq));
      expect(seq).toBeGreaterThanOrEqual(highest);
      expect(seq).toBeLessThanOrEqual(liveAtEnd);
      highest = seq;
      if (seq < liveAtStart) late.set(liveAtStart, (late.get(liveAtStart) ?? 0) + 1);
    }
    expect(
      [...late.values()].filter((count) => count > 1),
      `${instance}: decisions by the version before`,
    ).toEqual([]);
  }
  const last = await service.call("/api/v1/analyze", { body: { transaction_id: "last", type: "PAYMENT", amount: 20 }, instance: OTHER });
  expect(last.body.versions.seq).toBe(live);
});
