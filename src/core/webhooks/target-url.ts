import { parseAddress } from "../address/parse-address.ts";
import { err, ok, type Result } from "../result.ts";
import { isInternalAddress } from "./internal-address.ts";

/** Where a webhook may go: a name that has to be resolved and checked, or an address that was checked. */
export interface Target {
  readonly url: URL;
  /** Null for an address. */
  readonly name: string | null;
}

/** The other ports of TLS that receivers use; everything else on a port of its own is something inside. */
const PORTS: ReadonlySet<string> = new Set(["", "8443"]);
const LONGEST = 2_000;
/** Names that mean something only inside a network (RFC 6761, 6762, 8375; RFC 9476). */
const INSIDE = /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|alt|onion|test|invalid|arpa)$/;
const LOCAL = "127.0.0.1";

/**
 * Reads an address to send to; a sentence when it may not be sent to. WHATWG's parser brings every spelling of a host to one
 * (`0x7f.1`, `2130706433`, full-width digits, IDN), so what is checked is what would be called.
 * @param allowsLocal whether `http://127.0.0.1` may be, for a local stack
 */
export function readTarget(text: string, allowsLocal: boolean): Result<Target, string> {
  if (text.length > LONGEST) return err(`must not be longer than ${LONGEST} characters`);
  if (!URL.canParse(text)) return err("must be an address such as `https://shop.example/hooks`");
  const url = new URL(text);
  // The root's dot names the same host, and some resolvers and certificates treat it apart.
  const host = url.hostname.replace(/\.+$/, "");
  if (allowsLocal && host === LOCAL && url.protocol === "http:" && url.username === "" && url.password === "")
    return ok({ url, name: null });
  if (url.protocol !== "https:") return err("must begin with `https://`");
  if (url.username !== "" || url.password !== "") return err("must not hold a user name or password");
  if (!PORTS.has(url.port)) return err(`must not name port \`${url.port}\`: 443 and 8443 are called`);
  const literal = host.startsWith("[") ? host.slice(1, -1) : host;
  const address = parseAddress(literal);
  if (address !== null) return isInternalAddress(address) ? err(`\`${host}\` is not an address of the internet`) : ok({ url, name: null });
  if (host.startsWith("[") || !host.includes(".") || INSIDE.test(host)) return err(`\`${host}\` is not a name of the internet`);
  return ok({ url, name: host });
}

/** The same by what a name resolves to: one address inside is enough to refuse all. */
export function refusedAddress(addresses: readonly string[]): string | null {
  return (
    addresses.find((text) => {
      const address = parseAddress(text);
      return address === null || isInternalAddress(address);
    }) ?? null
  );
}
