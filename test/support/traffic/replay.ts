import { expect } from "vitest";
import type { Json, TestService } from "../service.ts";
import type { Sent } from "./attacks.ts";

/** Sends steps in their order, as a shop would, and lets the consumer record them. */
export async function replay(service: TestService, steps: readonly Sent[]): Promise<void> {
  let waiting: Sent["body"][] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const sent = await service.call("/api/v1/events", { body: waiting });
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    waiting = [];
  };
  for (const { kind, body } of steps) {
    if (kind === "event") {
      waiting.push(body);
      if (waiting.length === 500) await flush();
      continue;
    }
    // What a decision reads must be there: events go first, into the windows and into Postgres.
    if (waiting.length > 0) {
      await flush();
      if (body.type === "TRANSFER") await record(service);
    }
    const decided = await service.call("/api/v1/analyze", { body });
    expect(decided.status, JSON.stringify(decided.body)).toBe(200);
  }
  await flush();
  await record(service);
}

/** Moves everything that waits into Postgres, with what follows from it. */
export async function record(service: TestService): Promise<void> {
  await service.schedule("* * * * *");
}

/** Reports that triggers opened, by the name of the trigger. */
export async function triggered(service: TestService): Promise<Json[]> {
  return service.sql(`
    select r.*, split_part(r.id, '_' || right(r.id, 16), 1) as trigger, (select jsonb_agg(f.evidence order by f.found_at) from report_findings f where f.report_id = r.id) as evidence
    from fraud_reports r where r.origin = 'trigger' order by r.opened_at, r.id`);
}
