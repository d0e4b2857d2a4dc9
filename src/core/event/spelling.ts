/** The sources' names for the checkout's fields: both spellings are one schema. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["nameOrig", "client_id"],
  ["nameDest", "dest_id"],
  ["user_id", "client_id"],
  ["oldbalanceOrig", "oldbalanceOrg"],
  ["newbalanceOrg", "newbalanceOrig"],
  ["ip", "ip_address"],
]);

/** Renames the sources' fields; `location` ("Berlin, DE") becomes city and country. Null means "not sent" and is left out. */
export function inCheckoutSpelling(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(body)) {
    const value = body[key];
    if (value === null) continue;
    const name = ALIASES.get(key) ?? key;
    if (name !== key && body[name] !== undefined && body[name] !== null) continue;
    if (key === "location" && typeof value === "string") readLocation(value, out);
    // An assignment would change the prototype, and the field would pass unseen.
    else if (name === "__proto__") Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
    else out[name] = value;
  }
  return out;
}

function readLocation(location: string, out: Record<string, unknown>): void {
  const comma = location.lastIndexOf(",");
  const country = comma < 0 ? "" : location.slice(comma + 1).trim();
  const city = comma < 0 ? location : location.slice(0, comma);
  if (/^[A-Za-z]{2}$/.test(country)) out.country ??= country;
  const text = (/^[A-Za-z]{2}$/.test(country) ? city : location).trim();
  if (text !== "") out.city ??= text;
}
