import type { Sent } from "./attacks.ts";

const DAY_MS = 86_400_000;

/** A small generator of numbers in [0, 1) from a seed (mulberry32), so that a day that failed can be looked at again. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * An ordinary day of a shop, in the order of time: visitors at home and, one in six, behind the address of one of four offices; each looks at a few
 * things; some register, some mistype their password once or twice, some buy, and a few of those payments are declined.
 */
export function quietDay(options: {
  readonly seed: number;
  readonly startMs: number;
  readonly visitors: number;
  readonly name: string;
}): Sent[] {
  const { startMs, visitors, name } = options;
  const random = randomOf(options.seed);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const chance = (share: number): boolean => random() < share;
  const day: { atMs: number; sent: Sent }[] = [];
  for (let v = 0; v < visitors; v++) {
    // More in the evening than at night.
    let atMs = startMs + Math.floor(((random() + random()) / 2) * (DAY_MS - 7_200_000));
    const ip = chance(1 / 6) ? `203.0.113.${between(1, 4)}` : `198.${18 + (v >> 8)}.${v & 255}.${between(1, 250)}`;
    const who = {
      client_id: `${name}-c${v}`,
      device_id: `${name}-d${v}`,
      ip_address: ip,
      ip_geo: { country: "DE", latitude: 52.5, longitude: 13.4 },
    };
    let step = 0;
    const add = (kind: Sent["kind"], pauseSeconds: number, body: Record<string, unknown>): string => {
      atMs += pauseSeconds * 1_000;
      const id = `${name}-v${v}-${step++}`;
      const named = kind === "analyze" ? { transaction_id: id } : { id };
      day.push({ atMs, sent: { kind, body: { ...named, timestamp: new Date(atMs).toISOString(), ...body } } });
      return id;
    };
    if (chance(0.08)) add("event", 5, { type: "register", ...who, email: `${name}.${v}@mail.example` });
    else if (chance(0.4)) {
      for (let wrong = chance(0.1) ? between(1, 2) : 0; wrong > 0; wrong--) add("event", 8, { type: "login", status: "failed", ...who });
      add("event", 8, { type: "login", status: "success", ...who });
    }
    for (let clicks = between(2, 14); clicks > 0; clicks--)
      add("event", between(3, 60), { type: "click", ...who, attributes: { impressions: between(4, 20) } });
    if (!chance(0.12)) continue;
    const card = { token: `${name}-card-${v}`, bin: "457173", last4: "4242", country: "DE" };
    const paid = add("analyze", 40, { type: "PAYMENT", amount: between(900, 12_000) / 100, ...who, card, billing: { country: "DE" } });
    const status = chance(0.05) ? "declined" : "captured";
    add("event", 3, { type: "payment", transaction_id: paid, status });
    if (status === "captured") add("event", 1, { type: "conversion", ...who });
  }
  return day.sort((a, b) => a.atMs - b.atMs).map(({ sent }) => sent);
}
