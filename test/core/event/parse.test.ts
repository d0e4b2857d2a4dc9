import { describe, expect, test } from "vitest";
import { createCurrency } from "../../../src/core/event/money.ts";
import { type ParseContext, parseEvent, parseTransaction } from "../../../src/core/event/parse.ts";

const NOW = Date.parse("2026-11-20T10:30:00Z");
const context: ParseContext = {
  settings: {
    currency: createCurrency("EUR", { USD: 0.5 }),
    merchantDimensions: [["attributes", "store"]],
    tokenizeCard: () => "pan_token",
  },
  nowMs: NOW,
  callerAddress: "198.51.100.7",
  newId: () => "made-id",
};
const parsed = (body: unknown) => {
  const result = parseTransaction(body, context);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
const refused = (body: unknown) => {
  const result = parseTransaction(body, context);
  if (result.ok) throw new Error("was accepted");
  return result.error;
};

const CHECKOUT = {
  transaction_id: "81-2",
  order_id: "81",
  stage: "pre_auth",
  type: "PAYMENT",
  amount: 129.9,
  currency: "EUR",
  timestamp: "2026-11-20T10:30:00Z",
  client_id: null,
  email: "A@b.de",
  phone: "+49 301",
  ip_address: "192.0.2.4",
  ip_geo: { country: "DE", latitude: 50.7, longitude: 7.1, asn: 3320 },
  device_id: "d1",
  user_agent: "Mozilla/5.0",
  card: { token: "t", bin: "457173", last4: "0008", country: "DK", funding: "prepaid" },
  billing: { country: "DE", postal_code: "53111" },
  shipping: { country: "DE", postal_code: "53111", address: "Weg 1", amount: 0 },
  three_ds: null,
  attributes: { store: "berlin" },
};

describe("the checkout's spelling", () => {
  test("the documented example is taken whole, without a warning", () => {
    const { event, warnings } = parsed(CHECKOUT);
    expect(warnings).toEqual([]);
    expect(event).toMatchObject({
      id: "81-2",
      stage: "pre_auth",
      type: "transaction",
      transactionType: "PAYMENT",
      status: "attempted",
      amountMinor: 12_990,
      latitude: 50.7,
      dimensions: {
        email: "a@b.de",
        phone: "+49301",
        ip: "192.0.2.4",
        device: "d1",
        card: "t",
        bin: "457173",
        shipping: "de|53111|weg 1",
        merchant_1: "berlin",
      },
    });
    expect(event.dimensions.client).toBeUndefined();
  });

  test("type and amount alone are enough", () => {
    const { event, isRepeatable } = parsed({ type: "PAYMENT", amount: 5 });
    expect(event).toMatchObject({ id: "made-id", occurredAtMs: NOW, amountMinor: 500 });
    expect(isRepeatable).toBe(false);
  });
});

test("the sources' spelling is the same transaction", () => {
  const { event } = parsed({
    type: "TRANSFER",
    amount: 181,
    nameOrig: "C1",
    oldbalanceOrg: 181,
    newbalanceOrig: 0,
    nameDest: "C2",
    oldbalanceDest: 0,
    newbalanceDest: 0,
    location: "New York, US",
  });
  expect(event.dimensions).toEqual({ client: "C1", dest: "C2", city: "new york" });
  expect(event.body).toMatchObject({ client_id: "C1", dest_id: "C2", city: "New York", country: "US", oldbalanceOrg: 181 });
});

test("a malformed or unknown optional field is left out and named", () => {
  const { event, warnings } = parsed({
    type: "PAYMENT",
    amount: 5,
    ip_address: "1.2.3.4, 5.6.7.8",
    email: "nope",
    colour: "red",
    card: { token: "t", bin: 12 },
  });
  expect(warnings.map(({ path }) => path).sort()).toEqual(["card.bin", "colour", "email", "ip_address"]);
  expect(event.dimensions).toEqual({ card: "t" });
});

test.each([
  [{ amount: 5 }, "type"],
  [{ type: "PAYMENT" }, "amount"],
  [{ type: "PAYMENT", amount: "NaN" }, "amount"],
  [{ type: "PAYMENT", amount: 0 }, "amount"],
  [{ type: "PAYMENT", amount: 0.001 }, "amount"],
  [{ type: "PAYMENT", amount: 10_000_000.01 }, "amount"],
  [{ type: "GIFT", amount: 5 }, "type"],
  [{ type: "PAYMENT", amount: 5, timestamp: "2026-11-20T10:36:00Z" }, "timestamp"],
  [{ type: "PAYMENT", amount: 5, currency: "JPY" }, "currency"],
])("a fault in what is required refuses the transaction and names its path: %j", (body, path) => {
  expect(refused(body).map((fault) => fault.path)).toContain(path);
});

test("an amount of exactly ten million is taken", () => {
  expect(parsed({ type: "PAYMENT", amount: 10_000_000 }).event.amountMinor).toBe(1_000_000_000);
});

test("another currency is converted by its configured rate", () => {
  const { event } = parsed({ type: "PAYMENT", amount: 10, currency: "usd", oldbalanceOrg: 7 });
  expect(event.amountMinor).toBe(500);
  expect(event.body).toMatchObject({ amount: 5, oldbalanceOrg: 3.5 });
});

test.each(["10.0.0.1", "127.0.0.1", "::1", "fe80::1", "198.51.100.7", "::ffff:198.51.100.7"])(
  "a private or the caller's own address is absent, with a warning: %s",
  (ip_address) => {
    const { event, warnings } = parsed({ type: "PAYMENT", amount: 5, ip_address });
    expect(event.dimensions.ip).toBeUndefined();
    expect(event.body.ip_address).toBeUndefined();
    expect(warnings).toHaveLength(1);
  },
);

test("IPv6 is counted by its /64 and kept whole in the body", () => {
  const { event } = parsed({ type: "PAYMENT", amount: 5, ip_address: "2001:DB8:0:0:1::9" });
  expect(event.dimensions.ip).toBe("2001:db8::/64");
  expect(event.body.ip_address).toBe("2001:db8::1:0:0:9");
});

describe("card numbers", () => {
  test("in an id field one becomes a token, with a warning that does not repeat it", () => {
    const { event, warnings } = parsed({ type: "PAYMENT", amount: 5, client_id: "4111 1111 1111 1111" });
    expect(event.dimensions.client).toBe("pan_token");
    expect(JSON.stringify({ event, warnings })).not.toMatch(/4111/);
  });

  test("anywhere else one refuses the transaction, naming the field and not the value", () => {
    const faults = refused({ type: "PAYMENT", amount: 5, attributes: { note: "4111111111111111" } });
    expect(faults).toMatchObject([{ code: "card_number", path: "attributes.note" }]);
    expect(JSON.stringify(faults)).not.toMatch(/4111/);
  });

  test.each([1_763_634_600_000, "1763634600000", "1234567890123456789", "356938035643809", "4111111111111112", "1Z999AA10123456784"])(
    "an ordinary number is left alone: %s",
    (value) => {
      expect(parsed({ type: "PAYMENT", amount: 5, attributes: { value } }).warnings).toEqual([]);
    },
  );
});

test.each([null, [], "text", 5, true])("a body that is not an object is refused: %j", (body) => {
  expect(refused(body)[0]?.code).toBe("invalid_type");
});

test("hostile keys and depth end in a fault or a warning, never in an exception", () => {
  const polluted = JSON.parse('{"type":"PAYMENT","amount":5,"__proto__":{"admin":true},"constructor":1}');
  expect(parsed(polluted).warnings).toHaveLength(2);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(refused({ type: "PAYMENT", amount: 5, attributes: { deep } })[0]?.code).toBe("too_deep");
  expect(parsed({ type: "PAYMENT", amount: 5, client_id: "\ud800" }).warnings[0]?.path).toBe("client_id");
});

describe("events", () => {
  const event = (body: unknown) => {
    const result = parseEvent(body, context);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value.event;
  };

  test("a login counts as a success unless it says otherwise", () => {
    expect(event({ id: "e1", type: "login", client_id: "u" }).status).toBe("success");
    expect(event({ id: "e1", type: "login", client_id: "u", status: "failed" }).status).toBe("failed");
  });

  test("a payment outcome names its transaction", () => {
    expect(event({ id: "p1", type: "payment", transaction_id: "t1", status: "declined", decline_code: "05" })).toMatchObject({
      type: "payment",
      status: "declined",
      body: { transaction_id: "t1" },
    });
    expect(parseEvent({ id: "p1", type: "payment", status: "declined" }, context).ok).toBe(false);
  });

  test("an unknown type is refused with the known ones", () => {
    const result = parseEvent({ id: "e", type: "party" }, context);
    expect(result.ok ? null : result.error[0]?.path).toBe("type");
  });
});
