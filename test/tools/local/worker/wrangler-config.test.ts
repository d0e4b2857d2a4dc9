import { expect, test } from "vitest";
import { readWranglerConfig } from "../../../../src/tools/local/worker/wrangler-config.ts";

test("what runs locally is what wrangler.toml says", () => {
  const { name, triggers, assets, kv_namespaces, r2_buckets, queues, vars } = readWranglerConfig();
  expect(name).toBe("tollgate");
  expect(triggers.crons).toEqual(["* * * * *", "*/5 * * * *", "0 * * * *"]);
  expect(assets).toEqual({ directory: "dist/assets", binding: "ASSETS", html_handling: "none" });
  expect(kv_namespaces.map(({ binding }) => binding)).toEqual(["CONFIG"]);
  expect(r2_buckets.map(({ binding }) => binding)).toEqual(["EVIDENCE"]);
  expect(queues.producers).toEqual([{ binding: "OUTBOX", queue: "tollgate-outbox" }]);
  expect(queues.consumers.find(({ queue }) => queue === "tollgate-outbox")).toMatchObject({
    max_retries: 100,
    dead_letter_queue: "tollgate-dead",
  });
  expect(vars.ENVIRONMENT).toBe("local");
});

test("a file without schedules is an error, not a stack without jobs", () => {
  expect(() => readWranglerConfig('name = "x"')).toThrow(/triggers/);
});
