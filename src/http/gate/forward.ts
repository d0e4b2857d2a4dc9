import { GATE_HEADERS, isClaim } from "../../core/gate/claimed-headers.ts";

/** What the origin is told of a visitor; null for what is not known. */
export interface Told {
  /** Canonical. */
  readonly address: string | null;
  readonly country: string | null;
  readonly context: string | null;
  /** Of a listed visitor who passes all the same. */
  readonly verdict: "block" | "challenge" | null;
  readonly isDegraded: boolean;
  readonly originKey: string | null;
}

/**
 * The request as the origin gets it: claims of where it comes from are taken out and what is known is set; method, body and all else stay.
 * INVARIANT: making it takes the body along, so the request before must not be sent afterwards, and this is the last thing that may fail.
 */
export function forwardedRequest(request: Request, told: Told): Request {
  const headers = new Headers(request.headers);
  for (const name of [...headers.keys()]) if (isClaim(name)) headers.delete(name);
  if (told.address !== null) {
    headers.set(GATE_HEADERS.address, told.address);
    headers.set("x-forwarded-for", told.address);
    // The platform takes `cf-connecting-ip` of a request to an origin in the same zone from this one.
    headers.set("x-real-ip", told.address);
  }
  if (told.country !== null) headers.set(GATE_HEADERS.country, told.country);
  if (told.context !== null) headers.set(GATE_HEADERS.context, told.context);
  if (told.verdict !== null) headers.set(GATE_HEADERS.verdict, told.verdict);
  if (told.isDegraded) headers.set(GATE_HEADERS.state, "degraded");
  if (told.originKey !== null) headers.set(GATE_HEADERS.key, told.originKey);
  return new Request(request, { headers, redirect: "manual" });
}
