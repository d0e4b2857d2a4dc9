import type { NewAlert } from "../alerts/alert.ts";
import type { ListedCounts } from "./listed-entry.ts";

const NAMES: Readonly<Record<keyof ListedCounts, string>> = {
  singles: "blocked single addresses",
  trusted: "whitelisted single addresses",
  broad: "networks, countries, ASNs and e-mail domains",
};

/** What is listed of a kind, as people call it. */
export const capacityName = (of: keyof ListedCounts): string => NAMES[of];

/** Tells staff that entries were refused because lists are full. */
export function capacityAlert(refused: {
  readonly of: keyof ListedCounts;
  readonly listed: number;
  readonly most: number;
  readonly livemode: boolean;
  readonly refused: number;
  readonly nowMs: number;
}): NewAlert {
  const { of, listed, most, livemode, nowMs } = refused;
  return {
    kind: "list_capacity",
    severity: "high",
    world: livemode ? "live" : "test",
    dedupKey: `list_capacity:${of}`,
    title: `new blocks or whitelist entries are refused: ${listed.toLocaleString("en")} ${NAMES[of]} are listed, of at most ${most.toLocaleString("en")}`,
    details: { of, listed, most, refused: refused.refused },
    atMs: nowMs,
  };
}
