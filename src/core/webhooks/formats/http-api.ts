import type { HttpApiSettings } from "../endpoint-settings.ts";
import type { Notice } from "./notice.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

const EMAIL = { from: "{{from}}", to: "{{to}}", subject: "{{subject}}", text: "{{text}}" };
const SMS = { from: "{{from}}", to: "{{to}}", text: "{{text}}" };
/** Two parts of a text message in UCS-2. */
const LONGEST_SMS = 134;

/** A notice for an HTTP API that sends mail. */
export function emailRequest(notice: Notice, url: string, secret: string, settings: HttpApiSettings): OutgoingRequest {
  return request(EMAIL, notice, { url, secret, settings });
}

/** The same for text messages: the subject alone, which is what fits. */
export function smsRequest({ subject }: Notice, url: string, secret: string, settings: HttpApiSettings): OutgoingRequest {
  const text = subject.length <= LONGEST_SMS ? subject : `${subject.slice(0, LONGEST_SMS - 1).toWellFormed()}…`;
  return request(SMS, { subject: text, text }, { url, secret, settings });
}

function request(
  usual: Readonly<Record<string, string>>,
  { subject, text }: Notice,
  { url, secret, settings }: { readonly url: string; readonly secret: string; readonly settings: HttpApiSettings },
): OutgoingRequest {
  const { to, from, encoding, auth_header, auth_prefix, template } = settings;
  const filled = fill(template ?? usual, { to, from, subject, text });
  const isForm = encoding === "form";
  return {
    url,
    headers: {
      "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
      [auth_header.toLowerCase()]: `${auth_prefix}${secret}`,
    },
    body: isForm ? formOf(filled) : JSON.stringify(filled),
  };
}

/** Fills texts only, after the template was parsed: what is filled in cannot change its shape. */
function fill(template: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof template === "string") return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  if (Array.isArray(template)) return template.map((part) => fill(part, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, fill(part, values)]));
}

/** A form has texts only: anything else is written as JSON. */
function formOf(fields: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields as Readonly<Record<string, unknown>>))
    form.append(name, typeof value === "string" ? value : JSON.stringify(value));
  return form.toString();
}
