import { defineConfig } from "vitest/config";

// Neither telemetry nor a look-up of this machine's place: tests use no network.
process.env.WRANGLER_SEND_METRICS = "false";
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_LOG ??= "warn";

const engines = { globalSetup: ["test/support/vitest-engines.ts"], testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/contract/**", "test/worker/**", "test/upgrade/**"],
          testTimeout: 20_000,
        },
      },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], ...engines } },
      { test: { name: "upgrade", include: ["test/upgrade/**/*.test.ts"], ...engines } },
      { test: { name: "worker", include: ["test/worker/**/*.test.ts"], ...engines } },
    ],
  },
});
