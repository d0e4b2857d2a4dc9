import { signContext } from "../../core/gate/context.ts";
import { readCookie } from "../../core/gate/cookie.ts";
import { DEVICE_COOKIE, readDevice, writeDevice } from "../../core/gate/device.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";
import { wantsPage } from "./answers.ts";
import type { Sighting } from "./look.ts";

export interface Description {
  /** Signed; null where nothing can be said. */
  readonly context: string | null;
  /** A `Set-Cookie` to add to the answer. */
  readonly cookie: string | null;
  readonly isDegraded: boolean;
}

const NOTHING: Description = { context: null, cookie: null, isDegraded: false };

/** Signs what is known of a visitor who passes, and gives a browser that opens a page a device cookie. Never throws. */
export async function describeVisitor(parts: GateParts, { request, visitor, place, nowMs }: Sighting): Promise<Description> {
  const { signer } = parts;
  if (signer === null || visitor.address === null || !visitor.isTrusted) return NOTHING;
  try {
    const isKept = parts.deviceCookie === "set";
    const known = isKept ? await readDevice(signer, readCookie(request.headers.get("cookie"), DEVICE_COOKIE), nowMs) : null;
    const isGiven = isKept && (known?.isDue ?? true) && request.method === "GET" && wantsPage(request);
    const device = known?.id ?? (isGiven ? parts.newId() : null);
    const context = await signContext(signer, { address: visitor.address.text, ...place, device, atMs: nowMs });
    return { context, cookie: isGiven && device !== null ? await writeDevice(signer, device, nowMs) : null, isDegraded: false };
  } catch (error) {
    parts.log("gate_failed", { part: "sign", ...describeError(error) });
    return { ...NOTHING, isDegraded: true };
  }
}
