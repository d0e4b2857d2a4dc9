import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const MINUTE = "* * * * *";
let service: TestService;
beforeAll(async () => {
  service = await startService();
  const published = await service.publish({
    files: [
      {
        name: "addresses.json",
        text: JSON.stringify({
          name: "addresses",
          policy: { challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegraded: 500 },
          rules: [
            { id: "A1", name: "Tor", reason: "tor", severity: "low", mode: "live", score: 1, conditions: { ip_is_tor: true } },
            { id: "A2", name: "Not tor", reason: "no_tor", severity: "low", mode: "live", score: 1, conditions: { ip_is_tor: false } },
            {
              id: "A3",
              name: "Listed",
              reason: "listed",
              severity: "low",
              mode: "live",
              score: 1,
              conditions: { ip_blacklist_count: { gte: 3 } },
            },
            {
              id: "A4",
              name: "Risk",
              reason: "risk",
              severity: "low",
              mode: "live",
              score: 1,
              conditions: { ip_analysis: { riskScore: { gte: 40 } } },
            },
            { id: "A5", name: "Abroad", reason: "abroad", severity: "low", mode: "live", score: 1, conditions: { ip_country: "SE" } },
            {
              id: "A6",
              name: "Moved",
              reason: "moved",
              severity: "low",
              mode: "live",
              score: 1,
              conditions: { geo_anomaly: { unusualCountry: true } },
            },
            {
              id: "A7",
              name: "Profile",
              reason: "profile",
              severity: "low",
              mode: "live",
              score: 1,
              conditions: { ip_country_differs_from_profile: true },
            },
            {
              id: "A8",
              name: "Clicks",
              reason: "clicks",
              severity: "low",
              mode: "live",
              score: 1,
              conditions: { click_speed: { maxPerMinute: 10 } },
            },
          ],
        }),
      },
    ],
    features: defaultRuleset().features,
    message: "rules on addresses",
  });
  expect(published).toMatchObject({ status: 200 });
});
afterAll(() => service.close());

const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(path, { as: "analyst", ...call });
const importFeed = (query: string, text: string): Promise<Reply> =>
  staff(`/api/admin/fraud-lists/import?${query}`, { text, headers: { "content-type": "text/plain" } });
const decide = async (ip: string, more: Json = {}): Promise<Json> => {
  const { status, body } = await service.call("/api/v1/analyze?explain=true", {
    body: { type: "PAYMENT", amount: 5, ip_address: ip, ...more },
  });
  expect(status).toBe(200);
  return { ...body, fired: body.rules.map(({ id }: Json) => id.replace("addresses/", "")).sort() };
};
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 250 });

test("without a list of the kind a rule on it is unknown, neither true nor false", async () => {
  const { fired, unknown_rules } = await decide("198.51.100.7");
  expect(fired).toEqual([]);
  expect(JSON.stringify(unknown_rules)).toContain("addresses/A1");
  expect(JSON.stringify(unknown_rules)).toContain("addresses/A2");
});

test("what feeds say of an address is read by rules, by the category of the feed", { timeout: 60_000 }, async () => {
  expect((await importFeed("as=exits&category=tor", "198.51.100.7\n198.51.100.8\n")).body.feed).toMatchObject({
    role: "signal",
    category: "tor",
  });
  await importFeed("as=gathered&category=blacklist&format=ipsum", "198.51.100.7\t2\n198.51.100.9\t5\n");
  await importFeed("as=own&category=blacklist&format=csv", "198.51.100.7\n");
  await importFeed("as=places&category=country&format=csv", "198.51.100.0/24,se\n2001:db8::/32,SE\n");
  await service.schedule(MINUTE);
  await eventually(async () => expect((await decide("198.51.100.7")).fired).toEqual(expect.arrayContaining(["A1", "A3", "A5"])));
  expect((await decide("198.51.100.9")).fired).toEqual(expect.arrayContaining(["A2", "A3"]));
  expect((await decide("203.0.113.1")).fired).toEqual(["A2"]);
  expect((await decide("2001:db8::1")).fired).toEqual(["A2", "A5"]);
  expect((await decide("198.51.100.8", { ip_geo: { country: "DE" } })).fired).not.toContain("A5");
});

test("a country list whose lines say no country is told line by line", async () => {
  const { status, body } = await importFeed("as=nowhere&category=country", "198.51.100.0/24\n");
  expect(status).toBe(422);
  expect(body.errors[0]).toMatchObject({ path: "line 1" });
});

test("a profile's country is compared with the address's", async () => {
  await service.call("/api/v1/profiles/profiled", { method: "PUT", body: { country: "DE" } });
  await eventually(async () => expect((await decide("198.51.100.20", { client_id: "profiled" })).fired).toContain("A7"));
  expect((await decide("198.51.100.20", { client_id: "profiled", ip_geo: { country: "DE" } })).fired).not.toContain("A7");
});

test("a country none of a client's events came from before today is unusual", async () => {
  const dayAgo = new Date(Date.now() - 3 * 86_400_000).toISOString();
  const login = {
    type: "login",
    client_id: "traveller",
    status: "success",
    timestamp: dayAgo,
    ip_address: "203.0.113.9",
    ip_geo: { country: "DE" },
  };
  expect((await service.call("/api/v1/events", { body: login })).status).toBeLessThan(300);
  await service.schedule(MINUTE);
  await eventually(async () => {
    const known = await service.sql("select country from client_countries where client_id = 'traveller'");
    expect(known).toEqual([{ country: "DE" }]);
  });
  expect((await decide("203.0.113.9", { client_id: "traveller", ip_geo: { country: "DE" } })).fired).not.toContain("A6");
  expect((await decide("203.0.113.9", { client_id: "traveller", ip_geo: { country: "FR" } })).fired).toContain("A6");
  expect((await decide("203.0.113.9", { client_id: "nobody-yet", ip_geo: { country: "FR" } })).fired).not.toContain("A6");
});

test("the score of an address is there for its next decision, and staff find it by risk and by a part of it", async () => {
  await decide("198.51.100.7");
  await service.schedule(MINUTE);
  await eventually(async () => expect((await decide("198.51.100.7")).fired).toContain("A4"));
  const { body } = await staff("/api/admin/ip-analysis?min_risk=40&search=51.100.7");
  expect(body).toMatchObject({ page: 1, page_size: 50, total: 1 });
  expect(body.addresses[0]).toMatchObject({ address: "198.51.100.7", lists: ["exits", "gathered", "own", "places"] });
  expect(body.addresses[0].risk_score).toBeGreaterThanOrEqual(40);
  expect((await staff("/api/admin/ip-analysis?min_risk=99")).body).toMatchObject({ total: 0, addresses: [] });
  expect((await staff("/api/v1/ip/::ffff:198.51.100.7")).body.analysis).toMatchObject({ address: "198.51.100.7", failed_logins: 0 });
  expect((await staff("/api/v1/ip/192.0.2.250")).body.analysis).toBeNull();
  expect(await service.call("/api/v1/ip/198.51.100.7")).not.toHaveProperty("body.analysis");
});

test("more than ten clicks a minute are found by their short form", async () => {
  const clicks = Array.from({ length: 11 }, (_, at) => ({
    type: "click",
    id: `click-${at}`,
    client_id: "clicker",
    ip_address: "203.0.113.77",
  }));
  for (const click of clicks) expect((await service.call("/api/v1/events", { body: click })).status).toBeLessThan(300);
  expect((await decide("203.0.113.77")).fired).toContain("A8");
  expect((await decide("203.0.113.78")).fired).not.toContain("A8");
});

test("a bad query is told where it is wrong", async () => {
  for (const query of ["min_risk=101", "min_risk=60&max_risk=50", "page=0", "page_size=1000", "sort=up", "search="])
    expect((await staff(`/api/admin/ip-analysis?${query}`)).status, query).toBe(422);
});
