/** Clients that take turns. Each has its own device, address, card and house, so that histories stay those of ordinary customers. */
export const CLIENTS = 800;

/** A checkout with everything api.md's example holds; a transfer between accounts, which the model scores. */
export type Kind = "checkout" | "transfer";

/** Makes bodies with an id of their own, the client of each the next in turn. */
export function createTransactions(kind: Kind, prefix: string): () => string {
  let made = 0;
  return () => {
    made += 1;
    const client = made % CLIENTS;
    return JSON.stringify(kind === "checkout" ? checkout(`${prefix}-${made}`, client, made) : transfer(`${prefix}-${made}`, client, made));
  };
}

function checkout(id: string, client: number, turn: number) {
  const address = { country: "DE", postal_code: "53111", address: `Am Hof ${client}`, city: "Bonn" };
  return {
    transaction_id: id,
    order_id: `order-${id}`,
    stage: "pre_auth",
    type: "PAYMENT",
    amount: 20 + (turn % 97) + 0.9,
    currency: "EUR",
    timestamp: new Date().toISOString(),
    client_id: `client-${client}`,
    dest_id: `shop-${client % 20}`,
    email: `customer-${client}@example.com`,
    phone: `+49301${String(client).padStart(6, "0")}`,
    ip_address: `203.0.${100 + (client >> 8)}.${client & 255}`,
    ip_geo: { country: "DE", city: "Bonn", latitude: 50.7, longitude: 7.1, asn: 3320 },
    device_id: `device-${client}`,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    card: { token: `card-${client}`, bin: "457173", last4: "0008", country: "DE", funding: "debit" },
    billing: address,
    shipping: { ...address, amount: 4.9 },
    attributes: { channel: "web", basket_items: 3, voucher: false },
  };
}

function transfer(id: string, client: number, turn: number) {
  const amount = 100 + (turn % 977);
  return {
    transaction_id: id,
    type: "TRANSFER",
    amount,
    nameOrig: `account-${client}`,
    oldbalanceOrg: 25_000,
    newbalanceOrig: 25_000 - amount,
    nameDest: `account-${(client * 7 + 1) % CLIENTS}`,
    oldbalanceDest: 1_000,
    newbalanceDest: 1_000 + amount,
    ip_address: `203.0.${110 + (client >> 8)}.${client & 255}`,
    device_id: `phone-${client}`,
    location: "Bonn, DE",
  };
}
