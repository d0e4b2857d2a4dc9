import type { MasterKeys } from "../audit/master-keys.ts";
import { err, ok, type Result } from "../result.ts";
import { unwrapKey, wrapKey } from "../secrecy/envelope.ts";

/** Keeps endpoints' secrets readable to this deployment alone. */
export interface SecretBox {
  /** Encrypts under the newest master key, for one endpoint: the text opens for no other. */
  seal(text: string, endpointId: string): Promise<string>;
  /** The text; `unreadable` when its master key is gone from the deployment, or it was tampered with. */
  open(sealed: string, endpointId: string): Promise<Result<string, "unreadable">>;
}

/** AES-256-GCM as `master:box`. */
export function createSecretBox(masters: MasterKeys, randomBytes: (length: number) => Uint8Array<ArrayBuffer>): SecretBox {
  const contextOf = (endpointId: string): string => `webhook secret ${endpointId}`;
  return {
    async seal(text, endpointId) {
      const { id, key } = await masters.newest();
      const bytes = new Uint8Array(new TextEncoder().encode(text));
      return `${id}:${await wrapKey(key, bytes, randomBytes(12), contextOf(endpointId))}`;
    },
    async open(sealed, endpointId) {
      const at = sealed.indexOf(":");
      const key = await masters.byId(sealed.slice(0, at));
      if (key === null) return err("unreadable");
      try {
        return ok(new TextDecoder().decode(await unwrapKey(key, sealed.slice(at + 1), contextOf(endpointId))));
      } catch {
        return err("unreadable");
      }
    },
  };
}
