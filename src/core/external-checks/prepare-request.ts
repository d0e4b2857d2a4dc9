import type { CanonicalEvent } from "../event/event.ts";
import { err, ok, type Result } from "../result.ts";
import { type CheckSecrets, secretFor } from "./check-secrets.ts";
import type { CheckSettings } from "./check-settings.ts";
import { eventField } from "./event-field.ts";
import { fillScalar, fillTemplate, parseTemplate, type Template, type TemplateValues, type Unfilled } from "./template.ts";

/** A request to a service, ready to be sent; it may hold secrets. */
export interface CheckRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
/** Makes a service's request about an event. */
export type RequestMaker = (event: CanonicalEvent) => Result<CheckRequest, Unfilled>;

/** Prepares a service's templates, once for each version of its settings. Throws on settings that were not checked. */
export function prepareRequest(name: string, settings: CheckSettings, secrets: CheckSecrets): RequestMaker {
  const url = templateOf(settings.url);
  const { host } = new URL(settings.url.replaceAll(/[{}]/g, ""));
  const headers = Object.entries(settings.headers).map(([header, text]) => [header.toLowerCase(), templateOf(text)] as const);
  const fillBody = settings.body === null ? null : prepareJson(settings.body);
  return (event) => {
    const values: TemplateValues = {
      field: (path) => eventField(event, path),
      secret: (secret) => secretFor(secrets, name, host, secret),
    };
    const filledUrl = fillTemplate(url, values, encodeUrlPart);
    if (!filledUrl.ok) return filledUrl;
    const filled: Record<string, string> = { accept: "application/json" };
    for (const [header, template] of headers) {
      const text = fillTemplate(template, values, (value) => value);
      if (!text.ok) return text;
      filled[header] = text.value;
    }
    if (settings.method === "GET" || fillBody === null)
      return ok({ url: filledUrl.value, method: settings.method, headers: filled, body: null });
    const body = fillBody(values);
    if (!body.ok) return body;
    return ok({
      url: filledUrl.value,
      method: settings.method,
      headers: { "content-type": "application/json", ...filled },
      body: JSON.stringify(body.value),
    });
  };
}

/** A value alone in a path must not climb out of it: `..` is what a URL's parser takes for the parent, in any spelling. */
const encodeUrlPart = (text: string): string => (/^\.{1,2}$/.test(text) ? "%252E" : encodeURIComponent(text));

function templateOf(text: string): Template {
  const template = parseTemplate(text);
  if (!template.ok) throw new TypeError(template.error);
  return template.value;
}

/** A JSON template as a function; a member of an object or array that has nothing to say is left out. */
function prepareJson(json: unknown): (values: TemplateValues) => Result<unknown, Unfilled> {
  if (typeof json === "string") {
    const template = templateOf(json);
    return (values) => fillScalar(template, values);
  }
  if (typeof json !== "object" || json === null) return () => ok(json);
  const members = Object.entries(json).map(([key, child]) => [key, prepareJson(child)] as const);
  return (values) => {
    const filled: [string, unknown][] = [];
    for (const [key, fill] of members) {
      const value = fill(values);
      if (!value.ok) return err(value.error);
      if (value.value !== undefined) filled.push([key, value.value]);
    }
    return ok(Array.isArray(json) ? filled.map(([, value]) => value) : Object.fromEntries(filled));
  };
}
