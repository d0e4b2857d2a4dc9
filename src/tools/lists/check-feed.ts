import { networkText, parseNetwork } from "../../core/address/network.ts";
import { createListBuilder } from "../../core/lists/base/compile-address-list.ts";
import { createFeedReader, type FeedReport } from "../../core/lists/feeds/feed-reader.ts";
import type { FeedChoice } from "./feed-flags.ts";

export interface CheckedFeed extends Omit<FeedReport, "withdrawn"> {
  /** Entries on a network that stood in the feed before. */
  readonly duplicates: number;
  readonly v4: number;
  readonly v6: number;
  /** Networks' numbers and countries. */
  readonly names: number;
  /** What the entries take in a compiled list. */
  readonly compiledBytes: number;
  readonly compileMs: number;
}

/** Reads and compiles a feed as the service would, without one. */
export function checkFeed(text: string, choice: FeedChoice, nowMs: number): CheckedFeed {
  const seen = new Set<string>();
  const builder = createListBuilder({ nowMs });
  const counts = { duplicates: 0, v4: 0, v6: 0, names: 0 };
  const reader = createFeedReader({
    ...choice,
    nowMs,
    take({ network, expiresAtMs }) {
      const name = networkText(network);
      if (seen.has(name)) {
        counts.duplicates++;
        return;
      }
      seen.add(name);
      counts[network.first.family === 4 ? "v4" : "v6"]++;
      builder.add({ network, role: choice.role, source: "feed", number: 0, expiresAtMs });
    },
    takeDecision({ scope, value, type, role, expiresAtMs }) {
      const name = `${scope} ${value} ${type}`;
      if (seen.has(name)) {
        counts.duplicates++;
        return;
      }
      seen.add(name);
      const about = { role, source: "feed", expiresAtMs };
      const network = scope === "as" || scope === "country" ? null : parseNetwork(value);
      if (network !== null) {
        counts[network.first.family === 4 ? "v4" : "v6"]++;
        builder.add({ ...about, network, number: 0 });
        return;
      }
      counts.names++;
      builder.addName({ ...about, kind: scope === "as" ? "asn" : "country", value });
    },
  });
  reader.push(text);
  const { withdrawn: _, ...report } = reader.end();
  const startMs = performance.now();
  const { byteLength } = builder.finish();
  return { ...report, ...counts, compiledBytes: byteLength, compileMs: performance.now() - startMs };
}
