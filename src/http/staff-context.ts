import type { Context } from "hono";
import type { StaffContext } from "../backoffice/staff-context.ts";
import { callerAddress } from "./caller-address.ts";
import type { AppEnv } from "./context.ts";
import { placeOf } from "./gate/place.ts";

/** The caller of a guarded route as a staff actor. `If-Match` is a version, with or without quotes; anything else in it is ignored. */
export function staffContextOf(c: Context<AppEnv>): StaffContext {
  const caller = c.get("caller");
  const [, version] = /^\s*(?:W\/)?"?(\d{1,15})"?\s*$/.exec(c.req.header("if-match") ?? "") ?? [];
  return {
    actor: { id: caller.keyId, name: caller.name },
    role: caller.role,
    world: caller.world,
    address: callerAddress(c),
    place: placeOf(c.req.raw),
    requestId: c.get("requestId"),
    nowMs: c.get("services").clock(),
    ifVersion: version === undefined ? null : Number(version),
    scopes: caller.scopes,
    permissions: c.get("services").permissions,
  };
}
