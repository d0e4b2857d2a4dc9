import { targetOf } from "./check-faults.ts";
import type { CheckSecrets } from "./check-secrets.ts";
import type { ExternalCheck } from "./check-settings.ts";
import { prepareRequest, type RequestMaker } from "./prepare-request.ts";

/** A service ready to be asked. */
export interface CompiledCheck {
  readonly check: ExternalCheck;
  readonly makeRequest: RequestMaker;
  /** The name that must not stand for an internal address; null for an address, which was checked. */
  readonly hostName: string | null;
}

/** Prepares a service; null when its settings, saved under other rules, may not be used any more. */
export function compileCheck(check: ExternalCheck, secrets: CheckSecrets, allowsLocal: boolean): CompiledCheck | null {
  const target = targetOf(check.settings.url, allowsLocal);
  if (typeof target === "string") return null;
  try {
    return { check, makeRequest: prepareRequest(check.name, check.settings, secrets), hostName: target.name };
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
