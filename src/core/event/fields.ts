import * as z from "zod";

// What schemas call has a name, so that `body-checks.generated.ts` can call it too.
/** Postgres' jsonb refuses NUL and lone surrogates: they are malformed here, before anything is stored. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\u0000");
export const lowerCased = (text: string): string => text.toLowerCase();
const MOST_ENTRIES = 64;
export const hasFewEntries = (value: object): boolean => Object.keys(value).length <= MOST_ENTRIES;
const trimmed = (max: number) => z.string().trim().min(1).max(max).refine(isStorable, { error: "must be well-formed text without NUL" });

export const Text = trimmed(512);
export const LongText = trimmed(2_048);
/** Ids may come as JSON integers; inside they are text. */
export const Id = z.union([trimmed(128), z.int().nonnegative().transform(String)]);
/** `XX` is the platform's word for an unknown country, and `T1` for Tor. */
export const Country = z
  .string()
  .trim()
  .regex(/^(?:[A-Za-z]{2}|[Tt]1)$/, "must be an ISO 3166-1 alpha-2 code")
  .toUpperCase();
export const CurrencyCode = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{3}$/, "must be an ISO 4217 code")
  .toUpperCase();
export const Amount = z.number().positive().max(10_000_000);
export const Balance = z.number().min(-1e12).max(1e12);
export const Timestamp = z.iso.datetime({ offset: true, error: "must be an ISO 8601 time with a zone, like `2026-11-20T10:30:00Z`" });
export const Email = z.string().trim().max(254).pipe(z.email()).transform(lowerCased).refine(isStorable);
export const Latitude = z.number().min(-90).max(90);
export const Longitude = z.number().min(-180).max(180);

const Scalar = z.union([z.string().max(2_048).refine(isStorable), z.number(), z.boolean(), z.null()]);
/** Business and technical dimensions of the merchant's own: at most 64 scalars or one level of objects of scalars. */
export const Attributes = z
  .record(
    z.string().max(64).refine(isStorable),
    z.union([Scalar, z.array(Scalar).max(64), z.record(z.string().max(64).refine(isStorable), Scalar)]),
  )
  .refine(hasFewEntries, { error: "holds at most 64 entries" });

export const IpGeo = z.strictObject({
  country: Country.optional(),
  city: Text.optional(),
  latitude: Latitude.optional(),
  longitude: Longitude.optional(),
  asn: z.int().nonnegative().max(4_294_967_295).optional(),
});

export const Card = z.strictObject({
  token: Id.optional(),
  bin: z
    .string()
    .regex(/^\d{6,8}$/, "must be 6 to 8 digits")
    .optional(),
  last4: z
    .string()
    .regex(/^\d{4}$/, "must be 4 digits")
    .optional(),
  country: Country.optional(),
  funding: Text.optional(),
  scheme: Text.optional(),
});

export const PostalAddress = z.strictObject({
  name: Text.optional(),
  address: Text.optional(),
  city: Text.optional(),
  region: Text.optional(),
  postal_code: trimmed(32).optional(),
  country: Country.optional(),
  amount: z.number().nonnegative().max(10_000_000).optional(),
});

export const ThreeDs = z.strictObject({
  scheme: Text.optional(),
  version: Text.optional(),
  status: Text.optional(),
  eci: Text.optional(),
});

/** Who and where: what every event may say about itself. */
export const Party = {
  timestamp: Timestamp.optional(),
  client_id: Id.optional(),
  email: Email.optional(),
  phone: trimmed(32).optional(),
  ip_address: Text.optional(),
  ip_geo: IpGeo.optional(),
  device_id: Id.optional(),
  user_agent: LongText.optional(),
  city: Text.optional(),
  country: Country.optional(),
  attributes: Attributes.optional(),
};

/** What moves and how it is paid. */
export const Payment = {
  currency: CurrencyCode.optional(),
  dest_id: Id.optional(),
  order_id: Id.optional(),
  oldbalanceOrg: Balance.optional(),
  newbalanceOrig: Balance.optional(),
  oldbalanceDest: Balance.optional(),
  newbalanceDest: Balance.optional(),
  card: Card.optional(),
  billing: PostalAddress.optional(),
  shipping: PostalAddress.optional(),
  avs: Text.optional(),
  cvc: Text.optional(),
  three_ds: ThreeDs.optional(),
};
