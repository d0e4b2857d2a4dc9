import { ok } from "../../core/result.ts";
import type { ContentStore, FormatStore, PointerStore } from "../../ports/configuration.ts";
import type { RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS, UPGRADE_MS } from "./keys.ts";
import { readPointer } from "./read-pointer.ts";
import { ADVANCE_SCRIPT } from "./scripts/advance-script.ts";
import { createScript } from "./scripts/script.ts";

/** Rulesets by hash, and the live pointer (D3). Past the budget: the KV copy serves. */
export function createConfigStore(client: RedisClient): ContentStore & PointerStore & FormatStore {
  const advance = createScript(client, ADVANCE_SCRIPT);
  return {
    async get(hash, budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(SHARED_KEYS.content(hash)), budgetMs);
      if (!answer.ok) return answer;
      const [text] = answer.value;
      return ok(typeof text === "string" ? text : null);
    },
    async put(hash, text, budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.set(SHARED_KEYS.content(hash), text, { px: TTL_MS.content }), budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    async read(budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(SHARED_KEYS.pointer), budgetMs);
      return answer.ok ? ok(readPointer(answer.value[0])) : answer;
    },
    async allowFormats(nowMs, budgetMs) {
      const answer = await client.ask((pipeline) => {
        pipeline.set(SHARED_KEYS.formats, String(nowMs + UPGRADE_MS), { nx: true, px: TTL_MS.formats });
        pipeline.pexpire(SHARED_KEYS.formats, TTL_MS.formats);
      }, budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    async advance(pointer, budgetMs) {
      const args = [String(pointer.seq), JSON.stringify({ seq: pointer.seq, hash: pointer.hash }), String(TTL_MS.pointer)];
      const answer = await advance.run([{ keys: [SHARED_KEYS.pointer, SHARED_KEYS.formats], args }], budgetMs);
      if (!answer.ok) return answer;
      const now = readPointer(answer.value[0]);
      return ok(now?.seq === pointer.seq && now.hash === pointer.hash);
    },
  };
}
