import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import * as z from "zod";
import { REPOSITORY } from "../repository.ts";

const Consumer = z.object({
  queue: z.string(),
  max_batch_size: z.int(),
  max_batch_timeout: z.number(),
  max_retries: z.int(),
  retry_delay: z.int().optional(),
  dead_letter_queue: z.string().optional(),
});

/** What the local runtime reads of wrangler.toml: its top level, which is the local environment. */
const WranglerConfig = z.object({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()).default([]),
  vars: z.record(z.string(), z.string()),
  assets: z.object({ directory: z.string(), binding: z.string(), html_handling: z.literal("none") }),
  triggers: z.object({ crons: z.array(z.string()).min(1) }),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string() })),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  queues: z.object({ producers: z.array(z.object({ binding: z.string(), queue: z.string() })), consumers: z.array(Consumer) }),
});
export type WranglerConfig = z.infer<typeof WranglerConfig>;

/** Reads wrangler.toml; throws with what is missing or unknown. */
export function readWranglerConfig(toml = readFileSync(join(REPOSITORY, "wrangler.toml"), "utf8")): WranglerConfig {
  const read = WranglerConfig.safeParse(parse(toml));
  if (!read.success) throw new Error(`wrangler.toml is not what the local runtime can run: ${z.prettifyError(read.error)}`);
  return read.data;
}
