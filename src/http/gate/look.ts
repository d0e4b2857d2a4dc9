import type { GateMode } from "../../core/gate/mode.ts";
import { readVisitor, type Visitor } from "../../core/gate/visitor.ts";
import type { Place } from "../../pipeline/gate/gate-lists.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";
import { NOWHERE, placeOf } from "./place.ts";

/** One request as the gate sees it, before any list is asked. */
export interface Sighting {
  readonly request: Request;
  readonly url: URL;
  readonly mode: GateMode;
  readonly visitor: Visitor;
  readonly place: Place;
  readonly nowMs: number;
}

/** Reads who asks for what. The platform's place is the visitor's only when the visitor is who connects. */
export function lookAt(request: Request, parts: Pick<GateParts, "policy" | "trustedProxyHeader" | "clock">): Sighting {
  const url = new URL(request.url);
  const visitor = readVisitor((name) => request.headers.get(name), parts.trustedProxyHeader);
  const place = visitor.isTrusted && parts.trustedProxyHeader === null ? placeOf(request) : NOWHERE;
  return { request, url, mode: parts.policy(request.method, url.pathname), visitor, place, nowMs: parts.clock() };
}
