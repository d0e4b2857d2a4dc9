import type { NewAlert } from "../alerts/alert.ts";

/** What one caller from one address did lately, as the audit log counts it. */
export interface CallerActivity {
  /** A keyed digest of its address, and one of the network around it; null where the address is not known. */
  readonly address: string | null;
  readonly network: string | null;
  /** A key's or user's id, `anonymous` without one. */
  readonly actor: string;
  readonly requests: number;
  /** 401, and attempts to sign in that failed. */
  readonly refused: number;
  /** 403. */
  readonly forbidden: number;
  /** 404. */
  readonly notFound: number;
  /** 429. */
  readonly limited: number;
  /** One of its requests, for the audit log: an admin finds the address there. */
  readonly requestId: string;
}

const LEAST = { refused: 30, probed: 60, unsuccessful: 300, limited: 100 } as const;
/** So many addresses of one network, or of one key, are no accident. */
const ADDRESSES = 3;

/**
 * Service anomalies of S3.19 within 15 minutes: guessed credentials, paths and rights tried out, one address flooding, and attempts to get round the
 * rate limit (many refused calls from several addresses of one network, or with one key from several addresses). Callers that get what they ask
 * for, however much, are the limits' business. Titles hold no personal data: addresses are digests.
 */
export function callerAlerts(activity: readonly CallerActivity[], atMs: number): readonly NewAlert[] {
  const byAddress = grouped(activity, ({ address }) => address);
  const byNetwork = grouped(activity, ({ network }) => network);
  const byKey = grouped(activity, ({ actor }) => (actor === "anonymous" ? null : actor));
  const alerts: NewAlert[] = [];
  for (const [address, rows] of byAddress) {
    const { refused, limited, probed, unsuccessful } = sums(rows);
    const about = { address_digest: address, request_id: rows[0]?.requestId ?? null };
    if (refused >= LEAST.refused)
      alerts.push(
        alert(
          "credential_guessing",
          "high",
          address,
          `${refused} refused credentials from one address in 15 minutes`,
          { ...about, refused },
          atMs,
        ),
      );
    if (probed >= LEAST.probed)
      alerts.push(
        alert(
          "surface_probing",
          "medium",
          address,
          `${probed} calls from one address for what is not there or not allowed in 15 minutes`,
          { ...about, probed },
          atMs,
        ),
      );
    if (unsuccessful >= LEAST.unsuccessful)
      alerts.push(
        alert(
          "request_flood",
          "high",
          address,
          `${unsuccessful} refused or failed calls from one address in 15 minutes`,
          { ...about, unsuccessful, limited },
          atMs,
        ),
      );
  }
  // Calls of what is not served are counted by their network alone.
  for (const [network, rows] of grouped(activity, (row) => (row.address === null ? row.network : null))) {
    const { probed, unsuccessful, limited } = sums(rows);
    const about = { network_digest: network, request_id: rows[0]?.requestId ?? null };
    const title = `${unsuccessful} calls from one network for what is not there in 15 minutes`;
    if (probed >= LEAST.probed) alerts.push(alert("surface_probing", "medium", network, title, { ...about, probed, limited }, atMs));
  }
  const around = (kind: string, whose: string, groups: ReadonlyMap<string, readonly CallerActivity[]>, name: string): void => {
    for (const [id, rows] of groups) {
      const refusedFrom = new Set(rows.filter(({ limited, address }) => limited > 0 && address !== null).map(({ address }) => address));
      const { limited } = sums(rows);
      if (refusedFrom.size < ADDRESSES || limited < LEAST.limited) continue;
      const title = `${limited} calls over the rate limit in 15 minutes from ${refusedFrom.size} addresses ${whose}`;
      alerts.push(
        alert(kind, "high", id, title, { [name]: id, addresses: refusedFrom.size, limited, request_id: rows[0]?.requestId ?? null }, atMs),
      );
    }
  };
  around("limit_evasion", "of one network", byNetwork, "network_digest");
  around("limit_evasion", "with one key", byKey, "key_id");
  return alerts;
}

function alert(
  kind: string,
  severity: NewAlert["severity"],
  id: string,
  title: string,
  details: NewAlert["details"],
  atMs: number,
): NewAlert {
  return { kind, severity, world: "live", dedupKey: `${kind}:${id}`, title, details, atMs };
}

function grouped(
  rows: readonly CallerActivity[],
  by: (row: CallerActivity) => string | null,
): ReadonlyMap<string, readonly CallerActivity[]> {
  const groups = new Map<string, CallerActivity[]>();
  for (const row of rows) {
    const key = by(row);
    if (key === null) continue;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(row);
  }
  return groups;
}

function sums(rows: readonly CallerActivity[]) {
  const sum = (of: "refused" | "forbidden" | "notFound" | "limited"): number => rows.reduce((total, row) => total + row[of], 0);
  const [refused, limited, probed] = [sum("refused"), sum("limited"), sum("forbidden") + sum("notFound")];
  return { refused, limited, probed, unsuccessful: refused + limited + probed };
}
