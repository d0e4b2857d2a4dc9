import { parseAddress } from "../../src/core/address/parse-address.ts";
import { createGatePolicy } from "../../src/core/gate/policy.ts";
import { createTextSigner } from "../../src/core/gate/signed-text.ts";
import type { BroadEntry } from "../../src/core/lists/listed-entry.ts";
import type { LogFields } from "../../src/core/log/log-line.ts";
import type { GateLists, Listing } from "../../src/pipeline/gate/gate-lists.ts";
import type { GateParts } from "../../src/pipeline/gate/gate-parts.ts";

export const LISTED = "203.0.113.9";
export const UNLISTED = "198.51.100.7";
export const GATE_NOW_MS = Date.UTC(2026, 10, 21);
export const gateSigner = createTextSigner("0123456789abcdef0123456789abcdef");

export interface GateFixture {
  readonly parts: GateParts;
  readonly logged: { readonly event: string; readonly fields: LogFields }[];
  /** What the origin got. */
  readonly sent: Request[];
}

/** Parts of a gate that enforces one listed address, in front of an origin that answers `ok`. @param changed what a test does otherwise */
export function gateParts(changed: Partial<GateParts> = {}, listing: Listing = { verdict: "block", entry: "staff:1" }): GateFixture {
  const logged: { event: string; fields: LogFields }[] = [];
  const sent: Request[] = [];
  const lists: GateLists = {
    ready: async () => "fresh",
    refresh: () => {},
    find: (address) => (address?.text === parseAddress(LISTED)?.text ? listing : { verdict: "none", entry: null }),
  };
  const parts: GateParts = {
    policy: createGatePolicy("enforce", {}),
    trustedProxyHeader: null,
    lists,
    signer: gateSigner,
    deviceCookie: "set",
    challenge: null,
    origin: {
      send: async (request) => {
        sent.push(request);
        return new Response(`ok ${await request.text()}`, { headers: { "x-origin": "yes" } });
      },
    },
    originKey: null,
    contact: "help@shop.example",
    refusals: null,
    pause: async () => {},
    clock: () => GATE_NOW_MS,
    newId: () => "reference-1",
    log: (event, fields) => logged.push({ event, fields }),
    ...changed,
  };
  return { parts, logged, sent };
}

let numbered = 0;

/** An entry that isolates keep whole, and that blocks or does otherwise. */
export function anEntry(value: string, changed: Partial<BroadEntry> = {}): BroadEntry {
  numbered += 1;
  return {
    number: numbered,
    id: value,
    verdict: "block",
    kind: "ip",
    value,
    reason: "test",
    source: "staff",
    expiresAtMs: null,
    rules: null,
    ...changed,
  };
}
