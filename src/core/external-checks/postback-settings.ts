import * as z from "zod";
import { ENTITY_KINDS } from "../event/entity.ts";
import { JSON_PATH } from "./json-path.ts";

const Path = z.string().regex(JSON_PATH, "must be a path such as `data.id`");
const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, "must be a header's name")
  .toLowerCase();
const Key = z.string().min(1).max(64);
const Matched = z.union([z.string().max(200), z.number(), z.boolean()]);

/** What a postback does. Paths lead into its body. */
const Effect = z.discriminatedUnion("kind", [
  /** Adds to an entity's stored features, which `featureStoreLookup` reads. */
  z.strictObject({
    kind: z.literal("features"),
    entity: z.enum(ENTITY_KINDS),
    id: Path,
    values: z.record(Key, Path).refine((values) => Object.keys(values).length > 0, { error: "must name at least one value" }),
  }),
  /** Says what a decision really was. `map` turns the service's words into labels; a word that is not in it is ignored. */
  z.strictObject({
    kind: z.literal("label"),
    transaction: Path,
    label: Path,
    map: z.record(z.string().max(200), z.enum(["fraud", "legitimate", "chargeback"])),
  }),
  /** A chargeback of a transaction, as a `payment` event. */
  z.strictObject({ kind: z.literal("chargeback"), transaction: Path, amount: Path.optional(), timestamp: Path.optional() }),
]);

/** How a service's postbacks are verified and what they do. Secrets are the deployment's (`check-secrets.ts`). */
export const PostbackSettings = z.strictObject({
  signature_header: HeaderName.default("x-signature"),
  /** Epoch seconds or milliseconds, or ISO 8601; it is signed. */
  timestamp_header: HeaderName.default("x-timestamp"),
  id_header: HeaderName.default("x-id"),
  encoding: z.enum(["hex", "base64"]).default("hex"),
  /** Stands before the signature in its header: `sha256=`. */
  prefix: z.string().max(32).default(""),
  /** What the HMAC-SHA-256 is over. */
  signed: z.enum(["{timestamp}.{body}", "{timestamp}{body}", "{id}.{timestamp}.{body}"]).default("{timestamp}.{body}"),
  /** Where the body says which notification it is; the same one is taken once. Without it a signature is taken once. */
  id: Path.optional(),
  world: z.enum(["live", "test"]).default("live"),
  /** Only bodies that say one of these are acted on. */
  when: z.strictObject({ path: Path, in: z.array(Matched).min(1).max(100) }).optional(),
  effect: Effect,
});
export type PostbackSettings = z.infer<typeof PostbackSettings>;
