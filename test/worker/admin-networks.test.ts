import { afterAll, beforeAll, expect, test } from "vitest";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService({ ADMIN_NETWORKS: "198.51.100.0/24, 2001:db8:5::/48, ::ffff:203.0.113.9" });
});
afterAll(() => service.close());

test.each([
  ["198.51.100.7", true],
  ["::ffff:198.51.100.7", true],
  ["::FFFF:198.51.100.7", true],
  ["::ffff:c633:6407", true],
  ["0:0:0:0:0:ffff:c633:6407", true],
  ["203.0.113.9", true],
  ["::ffff:cb00:7109", true],
  ["2001:db8:5::9", true],
  ["2001:DB8:5::9", true],
  ["2001:0db8:0005:0000:0000:0000:0000:0009", true],
  ["2001:db8:5:0:0:0:0:9", true],
  ["203.0.113.10", false],
  ["::ffff:203.0.113.10", false],
  ["2001:db8:6::9", false],
  ["2001:db8:50::9", false],
  ["198.51.100.7, 203.0.113.10", false],
  ["0306.063.0144.07", false],
  ["3325256711", false],
  ["2001:db8:5::9%eth0", true],
  ["fe80::1%eth0", false],
  ["[2001:db8:5::9]", false],
])("with ADMIN_NETWORKS, %s is served: %s", async (address, isServed) => {
  const answer = await service.call("/api/admin/api-keys", { as: "admin", headers: { "cf-connecting-ip": address } });
  expect([answer.status, answer.body.code]).toEqual(isServed ? [200, undefined] : [403, "network_not_allowed"]);
});

test("without an address nobody is served, and the rest of the surface is open", async () => {
  expect((await service.call("/api/v1/stats", { as: "readonly", headers: { "cf-connecting-ip": "203.0.113.200" } })).status).toBe(200);
});
