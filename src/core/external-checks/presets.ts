import type * as z from "zod";
import type { CheckSettings } from "./check-settings.ts";

type Given = Partial<z.input<typeof CheckSettings>>;

/** A vendor's settings to begin with; what staff give goes over them. */
export interface CheckPreset {
  readonly name: string;
  readonly description: string;
  /** Without `url` where a customer gets an address of its own. */
  readonly settings: Given;
}

const DEVICE_AND_ADDRESS = { ip: "{ip_address}", device_id: "{device_id?}", user_agent: "{user_agent?}" } as const;

/**
 * The four services of the specification. Anura's is its published Direct interface; of the others the customer's own documentation counts, so
 * these were tried against a local server only and are to be adjusted: an address, a field or a path is one change in the settings.
 */
export const CHECK_PRESETS: readonly CheckPreset[] = [
  {
    name: "fraudscore",
    description: "scores the address and device of an event",
    settings: {
      method: "POST",
      headers: { authorization: "Bearer {secret.key}" },
      body: { ...DEVICE_AND_ADDRESS, email: "{email?}" },
      answers: { score: { path: "score", type: "number" }, verdict: { path: "verdict", type: "text", optional: true } },
    },
  },
  {
    name: "forensiq",
    description: "validates an event while it happens",
    settings: {
      method: "POST",
      headers: { "x-api-key": "{secret.key}" },
      body: { ...DEVICE_AND_ADDRESS, event: "{type}", id: "{transaction_id}" },
      answers: { risk: { path: "riskScore", type: "number" }, is_suspect: { path: "suspect", type: "boolean", optional: true } },
    },
  },
  {
    name: "anura",
    description: "tells people from bots by address and user agent (Anura Direct)",
    settings: {
      url: "https://direct.anura.io/direct.json?instance={secret.instance}&ip={ip_address}&ua={user_agent?}",
      method: "GET",
      answers: { result: { path: "result", type: "text" }, traffic: { path: "invalid_traffic_type", type: "text", optional: true } },
    },
  },
  {
    name: "botbox",
    description: "recognises devices and automated browsers",
    settings: {
      method: "POST",
      headers: { authorization: "Bearer {secret.key}" },
      body: { ip: "{ip_address?}", device_id: "{device_id}", user_agent: "{user_agent?}" },
      answers: { is_bot: { path: "is_bot", type: "boolean" }, fingerprint: { path: "fingerprint", type: "text", optional: true } },
    },
  },
];
