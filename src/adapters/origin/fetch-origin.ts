import type { Origin } from "../../ports/gate.ts";

export interface OriginSettings {
  /** Origins by the host a visitor asks for (with its port, if it has one). */
  readonly byHost: ReadonlyMap<string, URL>;
  /** For every other host; null has none. */
  readonly fallback: URL | null;
}

/**
 * Route mode: the request goes on as it is, and the platform takes it to the zone's own origin, with its Host and through its cache.
 * No budget: how long an origin may take is its own business, and the platform's.
 */
export const routeOrigin: Origin = { send: (request) => fetch(request) };

/** Proxy mode: the request goes to the origin set for its host, below that origin's path. */
export function createProxyOrigin({ byHost, fallback }: OriginSettings): Origin {
  return {
    send(request) {
      const asked = new URL(request.url);
      const origin = byHost.get(asked.host) ?? fallback;
      if (origin === null) return null;
      const url = new URL(asked);
      url.protocol = origin.protocol;
      url.host = origin.host;
      // Setting a host without a port keeps the port that was there.
      url.port = origin.port;
      url.pathname = origin.pathname.replace(/\/$/, "") + asked.pathname;
      const sent = new Request(url, request);
      sent.headers.set("x-forwarded-host", asked.host);
      sent.headers.set("x-forwarded-proto", asked.protocol.slice(0, -1));
      return fetch(sent);
    },
  };
}
