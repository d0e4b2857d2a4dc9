/** What the gate tells the origin. A visitor's own are taken out. */
export const GATE_HEADERS = {
  /** `degraded` when the gate had to do without its lists. On the answer too. */
  state: "x-tollgate",
  address: "x-tollgate-address",
  country: "x-tollgate-country",
  /** The signed context that a shop passes on to `analyze`. */
  context: "x-tollgate-context",
  /** What would have become of a listed visitor where the mode only looks: `block` or `challenge`. */
  verdict: "x-tollgate-verdict",
  /** The secret by which the origin knows the gate. */
  key: "x-tollgate-key",
} as const;

/** Where a visitor comes from, and which host or path it means in place of the one that was judged. */
const CLAIMS: ReadonlySet<string> = new Set([
  "client-ip",
  "fastly-client-ip",
  "forwarded",
  "forwarded-for",
  "proxy-client-ip",
  "true-client-ip",
  "wl-proxy-client-ip",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "x-envoy-original-path",
  "x-forward-for",
  "x-forwarded",
  "x-forwarded-by",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-path",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-server",
  "x-forwarded-uri",
  "x-forwarded-url",
  "x-forwarder-for",
  "x-host",
  "x-http-destinationurl",
  "x-http-host-override",
  "x-original-forwarded-for",
  "x-original-host",
  "x-original-remote-addr",
  "x-original-uri",
  "x-original-url",
  "x-originating-ip",
  "x-override-url",
  "x-proxyuser-ip",
  "x-real-ip",
  "x-remote-addr",
  "x-remote-ip",
  "x-rewrite-url",
]);
/** Set by the platform, and so no claims under their own names. */
const PLATFORM = /^(?:cf-|cdn-loop$|x-forwarded-)/;

/**
 * Whether a request header (in lower case) claims what the gate or the platform tells. CGI reads `_`, `.` and every other sign in a name as `-`, so this
 * does too: `x.tollgate_verdict` is `x-tollgate-verdict`.
 */
export function isClaim(name: string): boolean {
  const plain = name.replace(/[^a-z0-9-]/g, "-");
  return CLAIMS.has(plain) || plain.startsWith(GATE_HEADERS.state) || (plain !== name && PLATFORM.test(plain));
}
