import type { WaitUntil } from "../../pipeline/gate/gate-lists.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";

const HEALTH_PATH = "/__tollgate/health";

/** What this isolate counted since it began. */
export interface GateCounts {
  /** Requests whose trusted proxy header names no address. */
  unreadableProxyHeaders: number;
}

/**
 * `GET /__tollgate/health`: whether the lists are in force, and each setting that is wrong with what is in force instead; no values. Always 200, so that
 * a monitor tells a degraded gate from one that is away. Null for every other request.
 */
export async function answerHealth(
  { lists, settingFaults = [] }: Pick<GateParts, "lists" | "settingFaults">,
  { request, url }: { readonly request: Request; readonly url: URL },
  { counts, waitUntil }: { readonly counts: GateCounts; readonly waitUntil: WaitUntil },
): Promise<Response | null> {
  if (url.pathname !== HEALTH_PATH || (request.method !== "GET" && request.method !== "HEAD")) return null;
  const state = lists === null ? "not_needed" : await lists.ready(waitUntil).catch(() => "none" as const);
  const isWell = (state === "not_needed" || state === "fresh") && settingFaults.length === 0 && counts.unreadableProxyHeaders === 0;
  const body = {
    status: isWell ? "ok" : "degraded",
    lists: state,
    settings: settingFaults,
    unreadable_proxy_headers: counts.unreadableProxyHeaders,
  };
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return new Response(request.method === "HEAD" ? null : JSON.stringify(body), { headers });
}
