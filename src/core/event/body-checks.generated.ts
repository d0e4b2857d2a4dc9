// Written by src/tools/build/body-checks.ts from schema.ts: change the schema and run `npm run checks`.
import { hasFewEntries, isStorable, lowerCased } from "./fields.ts";

type Fields = Record<string, unknown>;
const isObject = (input: unknown): input is Fields => typeof input === "object" && input !== null && !Array.isArray(input);

/** A body that fits `Transaction`, as the schema would give it; undefined for any other, of which the schema says what is wrong. */
export const checkedTransaction = (body: unknown): Fields | undefined => read1(body) as Fields | undefined;

/** The same for `Event`. */
export const checkedEvent = (body: unknown): Fields | undefined => read42(body) as Fields | undefined;

function read3(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length >= 1)) return undefined;
  if (!(value.length <= 128)) return undefined;
  if (!(isStorable(value))) return undefined;
  return value;
}

function read5(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(Number.isSafeInteger(input))) return undefined;
  if (!(input >= 0)) return undefined;
  return input;
}

function read4(input: unknown): unknown {
  const inner = read5(input);
  if (inner === undefined) return undefined;
  const piped = String(inner as string);
  return piped;
}

function read2(input: unknown): unknown {
  const as0 = read3(input);
  if (as0 !== undefined) return as0;
  return read4(input);
}

function read6(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length >= 1)) return undefined;
  if (!(value.length <= 512)) return undefined;
  if (!(isStorable(value))) return undefined;
  if (!(value.length <= 32)) return undefined;
  return value;
}

function read7(input: unknown): unknown {
  return input === "PAYMENT" || input === "TRANSFER" || input === "CASH_OUT" || input === "CASH_IN" || input === "DEBIT" ? input : undefined;
}

function read8(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(input > 0)) return undefined;
  if (!(input <= 10000000)) return undefined;
  return input;
}

function read9(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d)))$/.test(input))) return undefined;
  return input;
}

function read12(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length <= 254)) return undefined;
  return value;
}

function read13(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(/^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/.test(input))) return undefined;
  return input;
}

function read11(input: unknown): unknown {
  const inner = read12(input);
  if (inner === undefined) return undefined;
  const piped = read13(inner);
  if (piped === undefined) return undefined;
  return piped;
}

function read10(input: unknown): unknown {
  const inner = read11(input);
  if (inner === undefined) return undefined;
  const piped = lowerCased(inner as string);
  if (!(isStorable(piped as string))) return undefined;
  return piped;
}

function read14(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length >= 1)) return undefined;
  if (!(value.length <= 32)) return undefined;
  if (!(isStorable(value))) return undefined;
  return value;
}

function read15(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length >= 1)) return undefined;
  if (!(value.length <= 512)) return undefined;
  if (!(isStorable(value))) return undefined;
  return value;
}

function read17(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(/^(?:[A-Za-z]{2}|[Tt]1)$/.test(value))) return undefined;
  value = value.toUpperCase();
  return value;
}

function read18(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(input >= -90)) return undefined;
  if (!(input <= 90)) return undefined;
  return input;
}

function read19(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(input >= -180)) return undefined;
  if (!(input <= 180)) return undefined;
  return input;
}

function read20(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(Number.isSafeInteger(input))) return undefined;
  if (!(input >= 0)) return undefined;
  if (!(input <= 4294967295)) return undefined;
  return input;
}

function read16(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.city !== undefined) {
    const read = read15(input.city);
    if (read === undefined) return undefined;
    out.city = read;
    fields++;
  }
  if (input.latitude !== undefined) {
    const read = read18(input.latitude);
    if (read === undefined) return undefined;
    out.latitude = read;
    fields++;
  }
  if (input.longitude !== undefined) {
    const read = read19(input.longitude);
    if (read === undefined) return undefined;
    out.longitude = read;
    fields++;
  }
  if (input.asn !== undefined) {
    const read = read20(input.asn);
    if (read === undefined) return undefined;
    out.asn = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read21(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length >= 1)) return undefined;
  if (!(value.length <= 2048)) return undefined;
  if (!(isStorable(value))) return undefined;
  return value;
}

function read23(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(input.length <= 64)) return undefined;
  if (!(isStorable(input))) return undefined;
  return input;
}

function read26(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(input.length <= 2048)) return undefined;
  if (!(isStorable(input))) return undefined;
  return input;
}

function read27(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  return input;
}

function read28(input: unknown): unknown {
  return typeof input === "boolean" ? input : undefined;
}

function read29(input: unknown): unknown {
  return input === null ? null : undefined;
}

function read25(input: unknown): unknown {
  const as0 = read26(input);
  if (as0 !== undefined) return as0;
  const as1 = read27(input);
  if (as1 !== undefined) return as1;
  const as2 = read28(input);
  if (as2 !== undefined) return as2;
  return read29(input);
}

function read30(input: unknown): unknown {
  if (!Array.isArray(input)) return undefined;
  if (!(input.length <= 64)) return undefined;
  const out: unknown[] = [];
  for (const item of input) {
    const read = read25(item);
    if (read === undefined) return undefined;
    out.push(read);
  }
  return out;
}

function read32(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(input.length <= 64)) return undefined;
  if (!(isStorable(input))) return undefined;
  return input;
}

function read31(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  for (const key of Object.keys(input)) {
    if (key === "__proto__" || key === "constructor" || read32(key) === undefined) return undefined;
    const read = read25(input[key]);
    if (read === undefined) return undefined;
    out[key] = read;
  }
  return out;
}

function read24(input: unknown): unknown {
  const as0 = read25(input);
  if (as0 !== undefined) return as0;
  const as1 = read30(input);
  if (as1 !== undefined) return as1;
  return read31(input);
}

function read22(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  for (const key of Object.keys(input)) {
    if (key === "__proto__" || key === "constructor" || read23(key) === undefined) return undefined;
    const read = read24(input[key]);
    if (read === undefined) return undefined;
    out[key] = read;
  }
  if (!(hasFewEntries(out))) return undefined;
  return out;
}

function read33(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(/^[A-Za-z]{3}$/.test(value))) return undefined;
  value = value.toUpperCase();
  return value;
}

function read34(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(input >= -1000000000000)) return undefined;
  if (!(input <= 1000000000000)) return undefined;
  return input;
}

function read36(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(/^\d{6,8}$/.test(input))) return undefined;
  return input;
}

function read37(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  if (!(/^\d{4}$/.test(input))) return undefined;
  return input;
}

function read35(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.token !== undefined) {
    const read = read2(input.token);
    if (read === undefined) return undefined;
    out.token = read;
    fields++;
  }
  if (input.bin !== undefined) {
    const read = read36(input.bin);
    if (read === undefined) return undefined;
    out.bin = read;
    fields++;
  }
  if (input.last4 !== undefined) {
    const read = read37(input.last4);
    if (read === undefined) return undefined;
    out.last4 = read;
    fields++;
  }
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.funding !== undefined) {
    const read = read15(input.funding);
    if (read === undefined) return undefined;
    out.funding = read;
    fields++;
  }
  if (input.scheme !== undefined) {
    const read = read15(input.scheme);
    if (read === undefined) return undefined;
    out.scheme = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read39(input: unknown): unknown {
  if (typeof input !== "string") return undefined;
  let value: string = input;
  value = value.trim();
  if (!(value.length >= 1)) return undefined;
  if (!(value.length <= 32)) return undefined;
  if (!(isStorable(value))) return undefined;
  return value;
}

function read40(input: unknown): unknown {
  if (typeof input !== "number" || !Number.isFinite(input)) return undefined;
  if (!(input >= 0)) return undefined;
  if (!(input <= 10000000)) return undefined;
  return input;
}

function read38(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.name !== undefined) {
    const read = read15(input.name);
    if (read === undefined) return undefined;
    out.name = read;
    fields++;
  }
  if (input.address !== undefined) {
    const read = read15(input.address);
    if (read === undefined) return undefined;
    out.address = read;
    fields++;
  }
  if (input.city !== undefined) {
    const read = read15(input.city);
    if (read === undefined) return undefined;
    out.city = read;
    fields++;
  }
  if (input.region !== undefined) {
    const read = read15(input.region);
    if (read === undefined) return undefined;
    out.region = read;
    fields++;
  }
  if (input.postal_code !== undefined) {
    const read = read39(input.postal_code);
    if (read === undefined) return undefined;
    out.postal_code = read;
    fields++;
  }
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.amount !== undefined) {
    const read = read40(input.amount);
    if (read === undefined) return undefined;
    out.amount = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read41(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.scheme !== undefined) {
    const read = read15(input.scheme);
    if (read === undefined) return undefined;
    out.scheme = read;
    fields++;
  }
  if (input.version !== undefined) {
    const read = read15(input.version);
    if (read === undefined) return undefined;
    out.version = read;
    fields++;
  }
  if (input.status !== undefined) {
    const read = read15(input.status);
    if (read === undefined) return undefined;
    out.status = read;
    fields++;
  }
  if (input.eci !== undefined) {
    const read = read15(input.eci);
    if (read === undefined) return undefined;
    out.eci = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read1(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.transaction_id !== undefined) {
    const read = read2(input.transaction_id);
    if (read === undefined) return undefined;
    out.transaction_id = read;
    fields++;
  }
  if (input.stage !== undefined) {
    const read = read6(input.stage);
    if (read === undefined) return undefined;
    out.stage = read;
    fields++;
  }
  {
    const read = read7(input.type);
    if (read === undefined) return undefined;
    out.type = read;
    fields++;
  }
  {
    const read = read8(input.amount);
    if (read === undefined) return undefined;
    out.amount = read;
    fields++;
  }
  if (input.timestamp !== undefined) {
    const read = read9(input.timestamp);
    if (read === undefined) return undefined;
    out.timestamp = read;
    fields++;
  }
  if (input.client_id !== undefined) {
    const read = read2(input.client_id);
    if (read === undefined) return undefined;
    out.client_id = read;
    fields++;
  }
  if (input.email !== undefined) {
    const read = read10(input.email);
    if (read === undefined) return undefined;
    out.email = read;
    fields++;
  }
  if (input.phone !== undefined) {
    const read = read14(input.phone);
    if (read === undefined) return undefined;
    out.phone = read;
    fields++;
  }
  if (input.ip_address !== undefined) {
    const read = read15(input.ip_address);
    if (read === undefined) return undefined;
    out.ip_address = read;
    fields++;
  }
  if (input.ip_geo !== undefined) {
    const read = read16(input.ip_geo);
    if (read === undefined) return undefined;
    out.ip_geo = read;
    fields++;
  }
  if (input.device_id !== undefined) {
    const read = read2(input.device_id);
    if (read === undefined) return undefined;
    out.device_id = read;
    fields++;
  }
  if (input.user_agent !== undefined) {
    const read = read21(input.user_agent);
    if (read === undefined) return undefined;
    out.user_agent = read;
    fields++;
  }
  if (input.city !== undefined) {
    const read = read15(input.city);
    if (read === undefined) return undefined;
    out.city = read;
    fields++;
  }
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.attributes !== undefined) {
    const read = read22(input.attributes);
    if (read === undefined) return undefined;
    out.attributes = read;
    fields++;
  }
  if (input.currency !== undefined) {
    const read = read33(input.currency);
    if (read === undefined) return undefined;
    out.currency = read;
    fields++;
  }
  if (input.dest_id !== undefined) {
    const read = read2(input.dest_id);
    if (read === undefined) return undefined;
    out.dest_id = read;
    fields++;
  }
  if (input.order_id !== undefined) {
    const read = read2(input.order_id);
    if (read === undefined) return undefined;
    out.order_id = read;
    fields++;
  }
  if (input.oldbalanceOrg !== undefined) {
    const read = read34(input.oldbalanceOrg);
    if (read === undefined) return undefined;
    out.oldbalanceOrg = read;
    fields++;
  }
  if (input.newbalanceOrig !== undefined) {
    const read = read34(input.newbalanceOrig);
    if (read === undefined) return undefined;
    out.newbalanceOrig = read;
    fields++;
  }
  if (input.oldbalanceDest !== undefined) {
    const read = read34(input.oldbalanceDest);
    if (read === undefined) return undefined;
    out.oldbalanceDest = read;
    fields++;
  }
  if (input.newbalanceDest !== undefined) {
    const read = read34(input.newbalanceDest);
    if (read === undefined) return undefined;
    out.newbalanceDest = read;
    fields++;
  }
  if (input.card !== undefined) {
    const read = read35(input.card);
    if (read === undefined) return undefined;
    out.card = read;
    fields++;
  }
  if (input.billing !== undefined) {
    const read = read38(input.billing);
    if (read === undefined) return undefined;
    out.billing = read;
    fields++;
  }
  if (input.shipping !== undefined) {
    const read = read38(input.shipping);
    if (read === undefined) return undefined;
    out.shipping = read;
    fields++;
  }
  if (input.avs !== undefined) {
    const read = read15(input.avs);
    if (read === undefined) return undefined;
    out.avs = read;
    fields++;
  }
  if (input.cvc !== undefined) {
    const read = read15(input.cvc);
    if (read === undefined) return undefined;
    out.cvc = read;
    fields++;
  }
  if (input.three_ds !== undefined) {
    const read = read41(input.three_ds);
    if (read === undefined) return undefined;
    out.three_ds = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read44(input: unknown): unknown {
  return input === "register" || input === "login" || input === "profile_change" || input === "click" || input === "conversion" ? input : undefined;
}

function read45(input: unknown): unknown {
  return input === "success" || input === "failed" ? input : undefined;
}

function read43(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.id !== undefined) {
    const read = read2(input.id);
    if (read === undefined) return undefined;
    out.id = read;
    fields++;
  }
  {
    const read = read44(input.type);
    if (read === undefined) return undefined;
    out.type = read;
    fields++;
  }
  if (input.status !== undefined) {
    const read = read45(input.status);
    if (read === undefined) return undefined;
    out.status = read;
    fields++;
  }
  if (input.amount !== undefined) {
    const read = read8(input.amount);
    if (read === undefined) return undefined;
    out.amount = read;
    fields++;
  }
  if (input.timestamp !== undefined) {
    const read = read9(input.timestamp);
    if (read === undefined) return undefined;
    out.timestamp = read;
    fields++;
  }
  if (input.client_id !== undefined) {
    const read = read2(input.client_id);
    if (read === undefined) return undefined;
    out.client_id = read;
    fields++;
  }
  if (input.email !== undefined) {
    const read = read10(input.email);
    if (read === undefined) return undefined;
    out.email = read;
    fields++;
  }
  if (input.phone !== undefined) {
    const read = read14(input.phone);
    if (read === undefined) return undefined;
    out.phone = read;
    fields++;
  }
  if (input.ip_address !== undefined) {
    const read = read15(input.ip_address);
    if (read === undefined) return undefined;
    out.ip_address = read;
    fields++;
  }
  if (input.ip_geo !== undefined) {
    const read = read16(input.ip_geo);
    if (read === undefined) return undefined;
    out.ip_geo = read;
    fields++;
  }
  if (input.device_id !== undefined) {
    const read = read2(input.device_id);
    if (read === undefined) return undefined;
    out.device_id = read;
    fields++;
  }
  if (input.user_agent !== undefined) {
    const read = read21(input.user_agent);
    if (read === undefined) return undefined;
    out.user_agent = read;
    fields++;
  }
  if (input.city !== undefined) {
    const read = read15(input.city);
    if (read === undefined) return undefined;
    out.city = read;
    fields++;
  }
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.attributes !== undefined) {
    const read = read22(input.attributes);
    if (read === undefined) return undefined;
    out.attributes = read;
    fields++;
  }
  if (input.currency !== undefined) {
    const read = read33(input.currency);
    if (read === undefined) return undefined;
    out.currency = read;
    fields++;
  }
  if (input.dest_id !== undefined) {
    const read = read2(input.dest_id);
    if (read === undefined) return undefined;
    out.dest_id = read;
    fields++;
  }
  if (input.order_id !== undefined) {
    const read = read2(input.order_id);
    if (read === undefined) return undefined;
    out.order_id = read;
    fields++;
  }
  if (input.oldbalanceOrg !== undefined) {
    const read = read34(input.oldbalanceOrg);
    if (read === undefined) return undefined;
    out.oldbalanceOrg = read;
    fields++;
  }
  if (input.newbalanceOrig !== undefined) {
    const read = read34(input.newbalanceOrig);
    if (read === undefined) return undefined;
    out.newbalanceOrig = read;
    fields++;
  }
  if (input.oldbalanceDest !== undefined) {
    const read = read34(input.oldbalanceDest);
    if (read === undefined) return undefined;
    out.oldbalanceDest = read;
    fields++;
  }
  if (input.newbalanceDest !== undefined) {
    const read = read34(input.newbalanceDest);
    if (read === undefined) return undefined;
    out.newbalanceDest = read;
    fields++;
  }
  if (input.card !== undefined) {
    const read = read35(input.card);
    if (read === undefined) return undefined;
    out.card = read;
    fields++;
  }
  if (input.billing !== undefined) {
    const read = read38(input.billing);
    if (read === undefined) return undefined;
    out.billing = read;
    fields++;
  }
  if (input.shipping !== undefined) {
    const read = read38(input.shipping);
    if (read === undefined) return undefined;
    out.shipping = read;
    fields++;
  }
  if (input.avs !== undefined) {
    const read = read15(input.avs);
    if (read === undefined) return undefined;
    out.avs = read;
    fields++;
  }
  if (input.cvc !== undefined) {
    const read = read15(input.cvc);
    if (read === undefined) return undefined;
    out.cvc = read;
    fields++;
  }
  if (input.three_ds !== undefined) {
    const read = read41(input.three_ds);
    if (read === undefined) return undefined;
    out.three_ds = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read47(input: unknown): unknown {
  return input === "transaction" ? input : undefined;
}

function read48(input: unknown): unknown {
  return input === "PAYMENT" || input === "TRANSFER" || input === "CASH_OUT" || input === "CASH_IN" || input === "DEBIT" ? input : undefined;
}

function read49(input: unknown): unknown {
  return input === "attempted" || input === "blocked" || input === "authorized" || input === "declined" || input === "captured" || input === "refunded" || input === "chargeback" ? input : undefined;
}

function read46(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.id !== undefined) {
    const read = read2(input.id);
    if (read === undefined) return undefined;
    out.id = read;
    fields++;
  }
  {
    const read = read47(input.type);
    if (read === undefined) return undefined;
    out.type = read;
    fields++;
  }
  if (input.transaction_type !== undefined) {
    const read = read48(input.transaction_type);
    if (read === undefined) return undefined;
    out.transaction_type = read;
    fields++;
  }
  if (input.status !== undefined) {
    const read = read49(input.status);
    if (read === undefined) return undefined;
    out.status = read;
    fields++;
  }
  {
    const read = read8(input.amount);
    if (read === undefined) return undefined;
    out.amount = read;
    fields++;
  }
  if (input.timestamp !== undefined) {
    const read = read9(input.timestamp);
    if (read === undefined) return undefined;
    out.timestamp = read;
    fields++;
  }
  if (input.client_id !== undefined) {
    const read = read2(input.client_id);
    if (read === undefined) return undefined;
    out.client_id = read;
    fields++;
  }
  if (input.email !== undefined) {
    const read = read10(input.email);
    if (read === undefined) return undefined;
    out.email = read;
    fields++;
  }
  if (input.phone !== undefined) {
    const read = read14(input.phone);
    if (read === undefined) return undefined;
    out.phone = read;
    fields++;
  }
  if (input.ip_address !== undefined) {
    const read = read15(input.ip_address);
    if (read === undefined) return undefined;
    out.ip_address = read;
    fields++;
  }
  if (input.ip_geo !== undefined) {
    const read = read16(input.ip_geo);
    if (read === undefined) return undefined;
    out.ip_geo = read;
    fields++;
  }
  if (input.device_id !== undefined) {
    const read = read2(input.device_id);
    if (read === undefined) return undefined;
    out.device_id = read;
    fields++;
  }
  if (input.user_agent !== undefined) {
    const read = read21(input.user_agent);
    if (read === undefined) return undefined;
    out.user_agent = read;
    fields++;
  }
  if (input.city !== undefined) {
    const read = read15(input.city);
    if (read === undefined) return undefined;
    out.city = read;
    fields++;
  }
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.attributes !== undefined) {
    const read = read22(input.attributes);
    if (read === undefined) return undefined;
    out.attributes = read;
    fields++;
  }
  if (input.currency !== undefined) {
    const read = read33(input.currency);
    if (read === undefined) return undefined;
    out.currency = read;
    fields++;
  }
  if (input.dest_id !== undefined) {
    const read = read2(input.dest_id);
    if (read === undefined) return undefined;
    out.dest_id = read;
    fields++;
  }
  if (input.order_id !== undefined) {
    const read = read2(input.order_id);
    if (read === undefined) return undefined;
    out.order_id = read;
    fields++;
  }
  if (input.oldbalanceOrg !== undefined) {
    const read = read34(input.oldbalanceOrg);
    if (read === undefined) return undefined;
    out.oldbalanceOrg = read;
    fields++;
  }
  if (input.newbalanceOrig !== undefined) {
    const read = read34(input.newbalanceOrig);
    if (read === undefined) return undefined;
    out.newbalanceOrig = read;
    fields++;
  }
  if (input.oldbalanceDest !== undefined) {
    const read = read34(input.oldbalanceDest);
    if (read === undefined) return undefined;
    out.oldbalanceDest = read;
    fields++;
  }
  if (input.newbalanceDest !== undefined) {
    const read = read34(input.newbalanceDest);
    if (read === undefined) return undefined;
    out.newbalanceDest = read;
    fields++;
  }
  if (input.card !== undefined) {
    const read = read35(input.card);
    if (read === undefined) return undefined;
    out.card = read;
    fields++;
  }
  if (input.billing !== undefined) {
    const read = read38(input.billing);
    if (read === undefined) return undefined;
    out.billing = read;
    fields++;
  }
  if (input.shipping !== undefined) {
    const read = read38(input.shipping);
    if (read === undefined) return undefined;
    out.shipping = read;
    fields++;
  }
  if (input.avs !== undefined) {
    const read = read15(input.avs);
    if (read === undefined) return undefined;
    out.avs = read;
    fields++;
  }
  if (input.cvc !== undefined) {
    const read = read15(input.cvc);
    if (read === undefined) return undefined;
    out.cvc = read;
    fields++;
  }
  if (input.three_ds !== undefined) {
    const read = read41(input.three_ds);
    if (read === undefined) return undefined;
    out.three_ds = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read51(input: unknown): unknown {
  return input === "payment" ? input : undefined;
}

function read52(input: unknown): unknown {
  return input === "authorized" || input === "declined" || input === "captured" || input === "refunded" || input === "chargeback" ? input : undefined;
}

function read50(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  const out: Fields = {};
  let fields = 0;
  if (input.id !== undefined) {
    const read = read2(input.id);
    if (read === undefined) return undefined;
    out.id = read;
    fields++;
  }
  {
    const read = read51(input.type);
    if (read === undefined) return undefined;
    out.type = read;
    fields++;
  }
  {
    const read = read2(input.transaction_id);
    if (read === undefined) return undefined;
    out.transaction_id = read;
    fields++;
  }
  {
    const read = read52(input.status);
    if (read === undefined) return undefined;
    out.status = read;
    fields++;
  }
  if (input.decline_code !== undefined) {
    const read = read15(input.decline_code);
    if (read === undefined) return undefined;
    out.decline_code = read;
    fields++;
  }
  if (input.amount !== undefined) {
    const read = read8(input.amount);
    if (read === undefined) return undefined;
    out.amount = read;
    fields++;
  }
  if (input.timestamp !== undefined) {
    const read = read9(input.timestamp);
    if (read === undefined) return undefined;
    out.timestamp = read;
    fields++;
  }
  if (input.client_id !== undefined) {
    const read = read2(input.client_id);
    if (read === undefined) return undefined;
    out.client_id = read;
    fields++;
  }
  if (input.email !== undefined) {
    const read = read10(input.email);
    if (read === undefined) return undefined;
    out.email = read;
    fields++;
  }
  if (input.phone !== undefined) {
    const read = read14(input.phone);
    if (read === undefined) return undefined;
    out.phone = read;
    fields++;
  }
  if (input.ip_address !== undefined) {
    const read = read15(input.ip_address);
    if (read === undefined) return undefined;
    out.ip_address = read;
    fields++;
  }
  if (input.ip_geo !== undefined) {
    const read = read16(input.ip_geo);
    if (read === undefined) return undefined;
    out.ip_geo = read;
    fields++;
  }
  if (input.device_id !== undefined) {
    const read = read2(input.device_id);
    if (read === undefined) return undefined;
    out.device_id = read;
    fields++;
  }
  if (input.user_agent !== undefined) {
    const read = read21(input.user_agent);
    if (read === undefined) return undefined;
    out.user_agent = read;
    fields++;
  }
  if (input.city !== undefined) {
    const read = read15(input.city);
    if (read === undefined) return undefined;
    out.city = read;
    fields++;
  }
  if (input.country !== undefined) {
    const read = read17(input.country);
    if (read === undefined) return undefined;
    out.country = read;
    fields++;
  }
  if (input.attributes !== undefined) {
    const read = read22(input.attributes);
    if (read === undefined) return undefined;
    out.attributes = read;
    fields++;
  }
  if (input.currency !== undefined) {
    const read = read33(input.currency);
    if (read === undefined) return undefined;
    out.currency = read;
    fields++;
  }
  if (input.dest_id !== undefined) {
    const read = read2(input.dest_id);
    if (read === undefined) return undefined;
    out.dest_id = read;
    fields++;
  }
  if (input.order_id !== undefined) {
    const read = read2(input.order_id);
    if (read === undefined) return undefined;
    out.order_id = read;
    fields++;
  }
  if (input.oldbalanceOrg !== undefined) {
    const read = read34(input.oldbalanceOrg);
    if (read === undefined) return undefined;
    out.oldbalanceOrg = read;
    fields++;
  }
  if (input.newbalanceOrig !== undefined) {
    const read = read34(input.newbalanceOrig);
    if (read === undefined) return undefined;
    out.newbalanceOrig = read;
    fields++;
  }
  if (input.oldbalanceDest !== undefined) {
    const read = read34(input.oldbalanceDest);
    if (read === undefined) return undefined;
    out.oldbalanceDest = read;
    fields++;
  }
  if (input.newbalanceDest !== undefined) {
    const read = read34(input.newbalanceDest);
    if (read === undefined) return undefined;
    out.newbalanceDest = read;
    fields++;
  }
  if (input.card !== undefined) {
    const read = read35(input.card);
    if (read === undefined) return undefined;
    out.card = read;
    fields++;
  }
  if (input.billing !== undefined) {
    const read = read38(input.billing);
    if (read === undefined) return undefined;
    out.billing = read;
    fields++;
  }
  if (input.shipping !== undefined) {
    const read = read38(input.shipping);
    if (read === undefined) return undefined;
    out.shipping = read;
    fields++;
  }
  if (input.avs !== undefined) {
    const read = read15(input.avs);
    if (read === undefined) return undefined;
    out.avs = read;
    fields++;
  }
  if (input.cvc !== undefined) {
    const read = read15(input.cvc);
    if (read === undefined) return undefined;
    out.cvc = read;
    fields++;
  }
  if (input.three_ds !== undefined) {
    const read = read41(input.three_ds);
    if (read === undefined) return undefined;
    out.three_ds = read;
    fields++;
  }
  return fields === Object.keys(input).length ? out : undefined;
}

function read42(input: unknown): unknown {
  if (!isObject(input)) return undefined;
  switch (input.type) {
    case "register":
    case "login":
    case "profile_change":
    case "click":
    case "conversion":
      return read43(input);
    case "transaction":
      return read46(input);
    case "payment":
      return read50(input);
    default:
      return undefined;
  }
}
