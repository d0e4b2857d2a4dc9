import * as z from "zod";
import type { World } from "../../../core/access/api-key.ts";

/** `livemode` of a query: the caller's own world unless it says otherwise. */
export const Livemode = z.enum(["true", "false"]).optional();

/** The world a query asks about; a key of the test world sees no other. */
export function askedWorld(livemode: z.infer<typeof Livemode>, caller: World): World {
  if (caller === "test") return "test";
  return livemode === "false" ? "test" : "live";
}
