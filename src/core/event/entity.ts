/** What a fraud history is kept for. `client` pays, `dest` receives, `shipping` is a shipping address. */
export const ENTITY_KINDS = ["client", "dest", "device", "ip", "card", "email", "phone", "shipping"] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** What a log record remembers by keyed hash: every entity, the city, the card's BIN, and two dimensions the merchant names. */
export const DIMENSIONS = [...ENTITY_KINDS, "city", "bin", "merchant_1", "merchant_2"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
