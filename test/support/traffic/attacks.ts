/** One step of an attack or of a day: an event as it is sent to `events`, or a transaction that is asked about. */
export type Sent = { readonly kind: "event" | "analyze"; readonly body: Readonly<Record<string, unknown>> };

const event = (body: Sent["body"]): Sent => ({ kind: "event", body });
const analyze = (body: Sent["body"]): Sent => ({ kind: "analyze", body });
const iso = (ms: number): string => new Date(ms).toISOString();
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** Who attacks, and when it begins; ids are made from `name`, so that several attacks do not meet. */
export interface Attack {
  readonly name: string;
  readonly ip: string;
  readonly startMs: number;
}

/** Stolen cards tried one after the other with tiny amounts from one address; the issuers decline most. */
export function cardTesting({ name, ip, startMs }: Attack): Sent[] {
  return times(14, (n) => {
    const id = `${name}-t${n}`;
    const atMs = startMs + n * 20_000;
    const card = { token: `${name}-card-${n}`, bin: "457173", last4: "0008" };
    const asked = analyze({
      transaction_id: id,
      type: "PAYMENT",
      amount: 1.5,
      ip_address: ip,
      email: `${name}${n}@mail.example`,
      card,
      timestamp: iso(atMs),
    });
    if (n % 7 === 6) return [asked];
    return [asked, event({ id: `${id}-p`, type: "payment", transaction_id: id, status: "declined", timestamp: iso(atMs + 2_000) })];
  }).flat();
}

/** Sixty clients' money to one account within hours, and three more transfers that are asked about. */
export function muleAccount({ name, startMs }: Attack): Sent[] {
  const dest_id = `${name}-collector`;
  const sent = times(60, (n) =>
    event({
      id: `${name}-s${n}`,
      type: "transaction",
      transaction_type: "TRANSFER",
      amount: 90 + n,
      client_id: `${name}-victim-${n}`,
      dest_id,
      timestamp: iso(startMs + n * 60_000),
    }),
  );
  const asked = times(3, (n) =>
    analyze({
      transaction_id: `${name}-t${n}`,
      type: "TRANSFER",
      amount: 150,
      client_id: `${name}-late-${n}`,
      dest_id,
      timestamp: iso(startMs + 4_000_000 + n * 60_000),
    }),
  );
  return [...sent, ...asked];
}

/** Thirty accounts from one address in twenty minutes, a device each. */
export function massRegistration({ name, ip, startMs }: Attack): Sent[] {
  return times(30, (n) =>
    event({
      id: `${name}-r${n}`,
      type: "register",
      client_id: `${name}-c${n}`,
      device_id: `${name}-d${n}`,
      email: `${name}${n}@mail.example`,
      ip_address: ip,
      timestamp: iso(startMs + n * 40_000),
    }),
  );
}

/** Three hundred clicks from one address in a minute and a half, a new device each few. */
export function clickFlood({ name, ip, startMs }: Attack): Sent[] {
  return times(300, (n) =>
    event({ id: `${name}-k${n}`, type: "click", ip_address: ip, device_id: `${name}-d${n % 20}`, timestamp: iso(startMs + n * 300) }),
  );
}

/** Passwords of one client guessed from five addresses until one is right; then a payment from a device that never was here. */
export function accountTakeover({ name, ip, startMs }: Attack): Sent[] {
  const client_id = `${name}-owner`;
  const before = times(5, (n) =>
    event({
      id: `${name}-b${n}`,
      type: "login",
      status: "success",
      client_id,
      device_id: `${name}-own`,
      ip_address: "203.0.113.77",
      timestamp: iso(startMs - (5 - n) * 86_400_000),
    }),
  );
  const [first, second, third] = ip.split(".");
  const guesses = times(10, (n) =>
    event({
      id: `${name}-g${n}`,
      type: "login",
      status: "failed",
      client_id,
      device_id: `${name}-thief`,
      ip_address: `${first}.${second}.${third}.${200 + (n % 5)}`,
      timestamp: iso(startMs + n * 30_000),
    }),
  );
  const entered = event({
    id: `${name}-in`,
    type: "login",
    status: "success",
    client_id,
    device_id: `${name}-thief`,
    ip_address: ip,
    timestamp: iso(startMs + 320_000),
  });
  const paid = analyze({
    transaction_id: `${name}-t`,
    type: "PAYMENT",
    amount: 240,
    client_id,
    device_id: `${name}-thief`,
    ip_address: ip,
    timestamp: iso(startMs + 400_000),
  });
  return [...before, ...guesses, entered, paid];
}
