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

/** By which frameworks let a form say that it means another method. */
const METHOD_OVERRIDES = ["x-http-method-override", "x-http-method", "x-method-override"];

/** Reads who asks for what. The platform's place is the visitor's only when the visitor is who connects. */
export function lookAt(request: Request, parts: Pick<GateParts, "policy" | "trustedProxyHeader" | "clock">): Sighting {
  const url = new URL(request.url);
  const visitor = readVisitor((name) => request.headers.get(name), parts.trustedProxyHeader);
  const place = visitor.isTrusted && parts.trustedProxyHeader === null ? placeOf(request) : NOWHERE;
  return { request, url, mode: modeOf(request, parts), visitor, place, nowMs: parts.clock() };
}

function modeOf({ method, url, headers }: Request, { policy }: Pick<GateParts, "policy">): GateMode {
  const path = pathAsSent(url);
  const mode = policy(method, path);
  // Only reading an asset is skipped, whatever the request calls it.
  return mode === "off" && METHOD_OVERRIDES.some((name) => headers.has(name)) ? policy("POST", path) : mode;
}

/** A `URL` would resolve dots and turn backslashes, and the origin gets the path as it was sent. */
function pathAsSent(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start < 0) return "/";
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}
