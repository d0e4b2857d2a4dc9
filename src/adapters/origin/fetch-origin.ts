import { hostKey } from "../../core/gate/settings.ts";
import type { Origin } from "../../ports/gate.ts";

export interface OriginSettings {
  /** Origins by the host a visitor asks for, as `hostKey` writes it. */
  readonly byHost: ReadonlyMap<string, URL>;
  /** For every other host; null has none. */
  readonly fallback: URL | null;
}

/**
 * Route mode: the request goes on as it is, and the platform takes it to the zone's own origin, with its Host and through its cache.
 * No budget: how long an origin may take is its own business, and the platform's.
 */
export const routeOrigin: Origin = { send: (request) => fetch(request) };

/** Proxy mode: the request goes to the origin set for its host, below that origin's path, and redirects to the origin's own address lead back. */
export function createProxyOrigin({ byHost, fallback }: OriginSettings): Origin {
  return {
    send(request) {
      const asked = new URL(request.url);
      const origin = byHost.get(hostKey(asked.host)) ?? fallback;
      if (origin === null) return null;
      const url = new URL(asked);
      url.protocol = origin.protocol;
      url.host = origin.host;
      // Setting a host without a port keeps the port that was there.
      url.port = origin.port;
      url.pathname = basePath(origin) + asked.pathname;
      const sent = new Request(url, request);
      sent.headers.set("x-forwarded-host", asked.host);
      sent.headers.set("x-forwarded-proto", asked.protocol.slice(0, -1));
      return fetch(sent).then((answer) => withLocationsTurned(answer, { asked, origin }));
    },
  };
}

const basePath = (origin: URL): string => origin.pathname.replace(/\/$/, "");

interface Way {
  readonly asked: URL;
  readonly origin: URL;
}

/** The answer itself where no location names the origin, as of most. */
function withLocationsTurned(answer: Response, way: Way): Response {
  let turned: Response | null = null;
  for (const name of ["location", "content-location"]) {
    const text = answer.headers.get(name);
    const location = text === null ? null : turnBack(text, way);
    if (location === null || location === text) continue;
    turned ??= new Response(answer.body, answer);
    turned.headers.set(name, location);
  }
  return turned ?? answer;
}

/** A location on the origin as visitors reach it; null for one that is elsewhere, or relative and right as it is. */
function turnBack(location: string, { asked, origin }: Way): string | null {
  const base = basePath(origin);
  const isAbsolute = /^(?:[a-z][a-z\d+.-]*:|[/\\]{2})/i.test(location);
  if ((!isAbsolute && (base === "" || !location.startsWith("/"))) || !URL.canParse(location, origin)) return null;
  const target = new URL(location, origin);
  const isOrigin =
    /^https?:$/.test(target.protocol) && target.hostname === origin.hostname && (target.port === origin.port || target.port === "");
  if (!isOrigin || (target.pathname !== base && !target.pathname.startsWith(`${base}/`))) return null;
  const local = (target.pathname.slice(base.length) || "/") + target.search + target.hash;
  // `//other.example` would lead a browser elsewhere.
  return isAbsolute || local.startsWith("//") ? asked.origin + local : local;
}
