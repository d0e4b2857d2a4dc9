/** A POST that is ready to be sent. */
export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers of one connection (RFC 9110, 7.6.1), those that say whom a message is for and where it ends, and what the platform sets. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "te", "trailer", "trailers", "transfer-encoding", "upgrade", "http2-settings"],
  ...["host", "content-length", "content-encoding", "expect", "cookie", "cdn-loop", "cf-connecting-ip"],
]);

/** Whether settings must leave this header to the service: webhooks and external checks ask alike. */
export function isReservedHeader(name: string): boolean {
  const lower = name.trim().toLowerCase();
  return RESERVED.has(lower) || lower.startsWith("proxy-");
}
