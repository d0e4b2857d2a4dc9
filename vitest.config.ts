import { defineConfig } from "vitest/config";

// Neither telemetry nor a look-up of this machine's place: tests use no network.
process.env.WRANGLER_SEND_METRICS = "false";
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_LOG ??= "warn";

// A busy machine takes several times as long as a quiet one; what hangs is still told.
const engines = {
  globalSetup: ["test/support/vitest-engines.ts"],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/contract/**", "test/worker/**", "test/upgrade/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], ...engines } },
      { test: { name: "upgrade", include: ["test/upgrade/**/*.test.ts"], ...engines } },
      { test: { name: "worker", include: ["test/worker/**/*.test.ts"], ...engines } },
    ],
  },
});
