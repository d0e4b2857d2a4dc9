import { defineConfig } from "drizzle-kit";

// `drizzle-kit generate` writes tables and indexes; partitions, functions, materialised views and views are written by hand in the same journal.
export default defineConfig({
  dialect: "postgresql",
  schema: "./src/adapters/postgres/schema/*.ts",
  out: "./migrations",
  casing: "snake_case",
});
