/** The keys that wrap data keys. The newest wraps; older ones still unwrap, so a rotation needs no rewriting. */
export interface MasterKeys {
  newest(): Promise<{ readonly id: string; readonly key: CryptoKey }>;
  /** Null for a key this deployment does not have (any more). */
  byId(id: string): Promise<CryptoKey | null>;
}

const FORM = /^([a-z0-9-]{1,32}):(\S{32,})$/;

/** What a binding holds: `id:secret`, newest first, separated by commas. Null when a part is not of that form or an id comes twice. */
export function readMasterKeys(text: string): readonly (readonly [id: string, secret: string])[] | null {
  const pairs: (readonly [string, string])[] = [];
  for (const part of text.split(",")) {
    const [, id, secret] = FORM.exec(part.trim()) ?? [];
    if (id === undefined || secret === undefined || pairs.some(([known]) => known === id)) return null;
    pairs.push([id, secret]);
  }
  return pairs;
}

/**
 * AES-256 keys from secrets, by HKDF-SHA-256 with purpose and id in the context: keys of different purposes have nothing in common.
 * @param pairs at least one, newest first
 */
export function createMasterKeys(pairs: readonly (readonly [id: string, secret: string])[], purpose = "audit"): MasterKeys {
  const derived = new Map<string, CryptoKey>();
  const keyOf = async (id: string, secret: string): Promise<CryptoKey> => {
    const known = derived.get(id);
    if (known !== undefined) return known;
    const utf8 = new TextEncoder();
    const source = await crypto.subtle.importKey("raw", utf8.encode(secret), "HKDF", false, ["deriveKey"]);
    const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(`tollgate ${purpose} ${id}`) };
    const key = await crypto.subtle.deriveKey(parameters, source, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    derived.set(id, key);
    return key;
  };
  return {
    async newest() {
      const [first] = pairs;
      if (first === undefined) throw new RangeError("there is no master key");
      return { id: first[0], key: await keyOf(...first) };
    },
    async byId(id) {
      const pair = pairs.find(([known]) => known === id);
      return pair === undefined ? null : keyOf(...pair);
    },
  };
}
