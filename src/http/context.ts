import type { World } from "../core/access/api-key.ts";
import type { Role, Verb } from "../core/access/permission.ts";
import type { LimitClass } from "../core/limits/limit-class.ts";
import type { Limited } from "../core/limits/limited.ts";
import type { LimitVerdict } from "../core/limits/verdict.ts";
import type { Services } from "../pipeline/services.ts";
import type { Route } from "./route.ts";

/** Who calls, once a key or token was verified. */
export interface Caller {
  /** The credential: an API key's id, whether it was sent or exchanged for a token; `user:<id>` for staff. */
  readonly keyId: string;
  readonly kind: "key" | "user";
  readonly name: string;
  readonly role: Role;
  /** Verbs out of the role's; null is all of them. */
  readonly scopes: readonly Verb[] | null;
  /** A limit of its own; null has the general one. */
  readonly requestsPerMinute: number | null;
  readonly world: World;
  /** The session of a user's token, null for a key. */
  readonly sessionId: string | null;
  /** Sources that could not confirm the key: `keys` when both stores were down (D7). */
  readonly degraded: readonly string[];
}

/** What a request counts in. */
export interface CallLimit {
  readonly class: LimitClass;
  readonly limited: readonly Limited[];
  /** How it was counted; null while it was not. */
  verdict: LimitVerdict | null;
}

export interface AppEnv {
  Variables: {
    /** Known before Hono's match is read where one handler does everything. */
    route?: Route;
    requestId: string;
    startMs: number;
    timings: { name: string; ms: number }[];
    caller: Caller;
    limit: CallLimit;
    services: Services;
  };
}
