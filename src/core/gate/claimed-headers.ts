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

const CLAIMS: ReadonlySet<string> = new Set([
  ...Object.values(GATE_HEADERS),
  "client-ip",
  "fastly-client-ip",
  "forwarded",
  "forwarded-for",
  "true-client-ip",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "x-forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-server",
  "x-original-forwarded-for",
  "x-originating-ip",
  "x-real-ip",
  "x-remote-addr",
  "x-remote-ip",
]);

/** Whether a request header (in lower case) claims where a visitor comes from. CGI reads `_` and `-` alike, so this does too. */
export function isClaim(name: string): boolean {
  return CLAIMS.has(name.includes("_") ? name.replaceAll("_", "-") : name);
}
