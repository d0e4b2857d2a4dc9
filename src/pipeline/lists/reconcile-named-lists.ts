import { Manifest } from "../../core/config/manifest.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 10_000;

/** Writes the entries of live named lists that KV has lost, or never took, from the record. Null when a store failed. */
export async function reconcileNamedLists(services: Services): Promise<true | null> {
  const { kv, manifests } = services.config;
  const latest = await manifests.latest(BUDGET_MS);
  if (!latest.ok) return null;
  const lists = latest.value === null ? {} : Manifest.parse(JSON.parse(latest.value.text)).lists;
  for (const { hash } of Object.values(lists)) {
    const present = await kv.get(hash, BUDGET_MS);
    if (!present.ok) return null;
    if (present.value !== null) continue;
    const text = await manifests.content(hash, BUDGET_MS);
    if (!text.ok || text.value === null || !(await kv.put(hash, text.value, BUDGET_MS)).ok) return null;
  }
  return true;
}
