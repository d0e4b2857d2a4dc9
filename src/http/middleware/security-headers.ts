import type { Services } from "../../pipeline/services.ts";
import type { Step } from "../step.ts";

const ALWAYS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cross-origin-opener-policy": "same-origin",
};
/** For answers that are data: a browser that opens one as a page may do nothing with it. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
const TWO_YEARS = 2 * 365 * 86_400;

/** Headers that tell browsers what not to do, on every answer. A page keeps the content security policy it set itself. */
export const securityHeaders: Step = {
  after(c) {
    const { headers } = c.res;
    for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
    if (!headers.has("content-security-policy")) headers.set("content-security-policy", DATA_POLICY);
    const services: Services | undefined = c.get("services");
    // A laptop serves plain HTTP, and a browser would remember this for localhost.
    if (services?.surface.isLocal === false) headers.set("strict-transport-security", `max-age=${TWO_YEARS}; includeSubDomains`);
  },
};
