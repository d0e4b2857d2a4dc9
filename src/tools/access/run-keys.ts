import { parseArgs } from "node:util";
import { createApiKey } from "../../backoffice/api-keys/create-api-key.ts";
import { listApiKeys } from "../../backoffice/api-keys/list-api-keys.ts";
import { revokeApiKey } from "../../backoffice/api-keys/revoke-api-key.ts";
import { rotateApiKey } from "../../backoffice/api-keys/rotate-api-key.ts";
import type { ManagedKey } from "../../core/access/managed-key.ts";
import { Refusal } from "../local/refusal.ts";
import type { Terminal } from "../rules/terminal.ts";
import { openDeployment, operatorContext } from "./deployment.ts";
import { sayRefusal } from "./say-refusal.ts";

const USAGE = `npm run keys -- create NAME [--role api_user] [--world live|test] [--scope VERB]… [--days 90] [--per-minute N]
npm run keys -- list
npm run keys -- rotate ID [--overlap-hours 24] [--days 90]
npm run keys -- revoke ID

Over DATABASE_URL and the deployment's other secrets, or the local stack in --dir (.local). A new key is shown once.`;
const OPTIONS = {
  role: { type: "string" },
  world: { type: "string" },
  scope: { type: "string", multiple: true },
  days: { type: "string" },
  "per-minute": { type: "string" },
  "overlap-hours": { type: "string" },
  dir: { type: "string", default: ".local" },
} as const;

/** `npm run keys`: gives the exit code. */
export async function runKeys(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { say, complain }: Terminal,
): Promise<0 | 1> {
  if (args.includes("--help")) {
    say(USAGE);
    return 0;
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [action, name] = positionals;
    const isList = action === "list";
    if (!isList && (name === undefined || !["create", "rotate", "revoke"].includes(action ?? ""))) throw new Refusal(USAGE);
    const [deps, context] = [openDeployment(env, values.dir), operatorContext()];
    const life = given({ expires_in_days: numberOf(values.days) });
    switch (action) {
      case "create": {
        const limits = {
          requests_per_minute: numberOf(values["per-minute"]),
          scopes: values.scope,
          role: values.role,
          world: values.world,
        };
        const { clear, key } = valueOf(await createApiKey(deps, context, { name, ...life, ...given(limits) }));
        say(`${clear}\n${lineOf(key)}`);
        return 0;
      }
      case "rotate": {
        const rotated = valueOf(
          await rotateApiKey(deps, context, { id: name, ...life, ...given({ overlap_hours: numberOf(values["overlap-hours"]) }) }),
        );
        say(`${rotated.clear}\n${lineOf(rotated.key)}\nin place of ${lineOf(rotated.old)}`);
        if (rotated.delay !== null) throw new Refusal(`${rotated.delay.part} did not hear of the old key's end: revoke it to be sure`);
        return 0;
      }
      case "revoke":
        say(lineOf(valueOf(await revokeApiKey(deps, context, { id: name }))));
        return 0;
      default:
        for (const key of valueOf(await listApiKeys(deps, context))) say(lineOf(key));
        return 0;
    }
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Parameters<typeof sayRefusal>[0] };

function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Refusal(sayRefusal(outcome.error));
  return outcome.value;
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Without what was not given, so that the verb's own defaults apply. */
const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function lineOf(key: ManagedKey): string {
  const end = (ms: number | null): string => (ms === null ? "never" : new Date(ms).toISOString());
  const state = key.revokedAtMs === null ? `ends ${end(key.expiresAtMs)}` : `revoked ${end(key.revokedAtMs)}`;
  return `${key.id}  ${key.prefix}…${key.last4}  ${key.role}  ${key.world}  ${state}  ${key.name}`;
}
