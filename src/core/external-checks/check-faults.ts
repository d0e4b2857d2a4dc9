import { isStorable } from "../event/unstorable-text.ts";
import { didYouMean } from "../rules/nearest.ts";
import { isReservedHeader } from "../webhooks/formats/outgoing-request.ts";
import { readTarget, type Target } from "../webhooks/target-url.ts";
import type { CheckSettings } from "./check-settings.ts";
import { REQUEST_FIELDS } from "./event-field.ts";
import { parseTemplate, type Template } from "./template.ts";

export interface SettingsFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** Names under which credentials are sent. What stands there must come from the deployment's secrets, because settings are shown. */
const CREDENTIAL = /(^|[-_.])(authorization|api[-_]?key|key|access[-_]?token|token|secret|password|passwd|pwd|signature)$/i;
/** A header as text that fetch takes. */
const HEADER_TEXT = /^[\x20-\x7e]*$/;

/** Every fault in what well-shaped settings mean: placeholders, fields, credentials in clear, and where they lead. Empty when they can be used. */
export function faultsOfSettings(settings: CheckSettings, allowsLocal: boolean): readonly SettingsFault[] {
  const faults: SettingsFault[] = [];
  const add = (code: string, path: string, message: string) => void faults.push({ code, path, message });
  const template = (path: string, text: string): Template => {
    const parsed = parseTemplate(text);
    if (!parsed.ok) add("bad_template", path, parsed.error);
    const parts = parsed.ok ? parsed.value : [];
    for (const part of parts)
      if (typeof part === "object" && part.kind === "field" && !isField(part.path))
        add("unknown_field", path, `\`${part.path}\` is not a field of an event${didYouMean(part.path, REQUEST_FIELDS)}`);
    return parts;
  };
  const refuseClear = (path: string, name: string, parts: Template): void => {
    if (CREDENTIAL.test(name) && parts.some((part) => typeof part === "string") && !parts.some((part) => typeof part === "object"))
      add("secret_in_clear", path, `settings are shown: put the value into \`SERVICE_SECRETS\` and write \`{secret.name}\` here`);
  };

  template("url", settings.url);
  const target = targetOf(settings.url, allowsLocal);
  if (typeof target === "string") add("bad_url", "url", target);
  for (const [name, text] of queryOf(settings.url)) refuseClear("url", name, partsOf(text));
  for (const [name, text] of Object.entries(settings.headers)) {
    const path = `headers.${name}`;
    const parts = template(path, text);
    if (isReservedHeader(name)) add("bad_header", path, "is set by the service itself");
    if (!HEADER_TEXT.test(text)) add("bad_header", path, "must be printable ASCII");
    if (parts.some((part) => typeof part === "object" && part.kind === "field"))
      add("bad_header", path, "takes secrets; fields of the event go into `url` or `body`");
    refuseClear(path, name, parts);
  }
  visitTexts(settings.body, "body", (path, name, text) => refuseClear(path, name, template(path, text)));
  if (settings.body !== null && settings.method === "GET") add("body_with_get", "body", "is sent with POST: set `method` to `POST`");
  if (!isStorable(JSON.stringify(settings))) add("unstorable_text", "", "must be well-formed text without NUL");
  return faults;
}

/** Where a service is asked; a sentence when nobody may be asked there. Placeholders stand after the host. */
export function targetOf(url: string, allowsLocal: boolean): Target | string {
  const [first, second] = ["x", "y"].map((letter) => url.replaceAll(/\{[^{}]*\}/g, letter));
  const target = readTarget(first ?? "", allowsLocal);
  if (!target.ok) return target.error;
  const other = readTarget(second ?? "", allowsLocal);
  return other.ok && other.value.url.origin === target.value.url.origin ? target.value : "must hold placeholders in its path or query only";
}

const isField = (path: string): boolean => REQUEST_FIELDS.includes(path) || /^attributes(\.\w{1,64}){1,2}$/.test(path);

function partsOf(text: string): Template {
  const parsed = parseTemplate(text);
  return parsed.ok ? parsed.value : [];
}

/** Names and texts of a query, as they are written. */
function queryOf(url: string): [name: string, text: string][] {
  const query = url.split("#", 1)[0]?.split("?").slice(1).join("?") ?? "";
  return query.split("&").map((pair) => [pair.split("=", 1)[0] ?? "", pair.slice(pair.indexOf("=") + 1)]);
}

function visitTexts(json: unknown, path: string, visit: (path: string, name: string, text: string) => void): void {
  if (typeof json === "string") visit(path, path.slice(path.lastIndexOf(".") + 1), json);
  else if (typeof json === "object" && json !== null)
    for (const [key, child] of Object.entries(json)) visitTexts(child, `${path}.${key}`, visit);
}
