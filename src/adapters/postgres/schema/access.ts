import { index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** API keys by digest; the key itself is never stored. `prefix` and `last4` let its owner recognise it. */
export const apiKeys = pgTable(
  "api_keys",
  {
    digest: text().primaryKey(),
    id: text().notNull(),
    name: text().notNull(),
    role: text().notNull(),
    world: text({ enum: ["live", "test"] }).notNull(),
    prefix: text().notNull(),
    last4: text().notNull(),
    requestsPerMinute: integer(),
    /** Verbs out of the role's; null is all of them. */
    scopes: text().array(),
    createdAt: instant().notNull(),
    createdBy: text().notNull().default("system"),
    expiresAt: instant(),
    revokedAt: instant(),
    /** Id of the key that took its place. */
    rotatedTo: text(),
    version: integer().notNull().default(1),
  },
  (t) => [uniqueIndex("api_keys_id").on(t.id)],
);

/** Staff. `username` is lower case; `password_hash` carries its own parameters. */
export const users = pgTable(
  "users",
  {
    id: text().primaryKey(),
    username: text().notNull(),
    role: text().notNull(),
    passwordHash: text().notNull(),
    createdAt: instant().notNull(),
    createdBy: text().notNull(),
    disabledAt: instant(),
    version: integer().notNull().default(1),
    /** The sealed secret of a second factor; without `second_factor_at` it was never confirmed by a code. */
    secondFactor: text(),
    secondFactorAt: instant(),
    /** The step of the last code that was used: it and those before are good no more. */
    secondFactorStep: integer(),
  },
  (t) => [uniqueIndex("users_username").on(t.username)],
);

/** One login of one user: the family of the refresh tokens that follow from it. */
export const sessions = pgTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    revokedAt: instant(),
    revokedFor: text({ enum: ["logout", "reuse", "user_changed", "ended"] }),
    /** The device it was opened with. */
    deviceId: text(),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** Recovery codes of second factors by digest; each works once. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    digest: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    usedAt: instant(),
  },
  (t) => [index("recovery_codes_user").on(t.userId)],
);

/** Devices that a user signed in with before: their attempts are counted by themselves. */
export const signInDevices = pgTable(
  "sign_in_devices",
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [index("sign_in_devices_user").on(t.userId)],
);

/** Refresh tokens by digest; a used one is kept to recognise its reuse. */
export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    digest: text().primaryKey(),
    sessionId: text()
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    issuedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index("refresh_tokens_session").on(t.sessionId)],
);
