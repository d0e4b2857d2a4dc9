import { expect, test } from "vitest";
import { cohort } from "../../../src/core/decision/cohort.ts";

const aClient = (client: string | number) => ({ id: "e1", dimensions: { client: `c${client}`, ip: "192.0.2.1" } });
const CLIENTS = Array.from({ length: 20_000 }, (_, index) => aClient(index));
const shareBelow = (percent: number, of: (member: ReturnType<typeof aClient>) => number): number =>
  CLIENTS.filter((member) => of(member) < percent).length / CLIENTS.length;

test("a client keeps its number for a rule, whatever else the event says", () => {
  const other = { id: "e2", dimensions: { client: "c1", ip: "198.51.100.9", device: "d1", email: "a@b.de" } };
  expect(cohort(other, "shop/R1", "rollout")).toBe(cohort(aClient(1), "shop/R1", "rollout"));
});

test("numbers lie in [0, 100) and are spread evenly", () => {
  for (const percent of [1, 2, 10, 50, 90])
    expect(Math.abs(shareBelow(percent, (member) => cohort(member, "shop/R1", "rollout")) - percent / 100)).toBeLessThan(0.012);
  const numbers = CLIENTS.map((member) => cohort(member, "shop/R1", "rollout"));
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(100);
});

test("the cohorts of two rules, and of a rule's rollout and holdout, have nothing to do with each other", () => {
  const inFirst = CLIENTS.filter((member) => cohort(member, "shop/R1", "rollout") < 10);
  for (const of of [
    (member: ReturnType<typeof aClient>) => cohort(member, "shop/R2", "rollout"),
    (member: ReturnType<typeof aClient>) => cohort(member, "shop/R1", "holdout"),
  ]) {
    const both = inFirst.filter((member) => of(member) < 10).length / inFirst.length;
    expect(both).toBeGreaterThan(0.07);
    expect(both).toBeLessThan(0.13);
  }
});

test("without a client the e-mail address, device, card, address, and at last the event itself stand for it", () => {
  const of = (dimensions: object, id = "e1") => cohort({ id, dimensions }, "shop/R1", "rollout");
  const steps = { email: "a@b.de", device: "d1", card: "t1", ip: "192.0.2.1" };
  const names = Object.keys(steps);
  names.forEach((name, index) => {
    const rest = Object.fromEntries(Object.entries(steps).slice(index));
    expect(of(rest)).toBe(of({ [name]: steps[name as keyof typeof steps] }));
  });
  expect(of({}, "e1")).not.toBe(of({}, "e2"));
  // A device called like a client is another one.
  expect(of({ client: "x" })).not.toBe(of({ device: "x" }));
});
