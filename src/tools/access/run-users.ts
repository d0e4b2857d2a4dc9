import { parseArgs } from "node:util";
import { changeUser } from "../../backoffice/users/change-user.ts";
import { createUser } from "../../backoffice/users/create-user.ts";
import { listUsers } from "../../backoffice/users/list-users.ts";
import { resetSecondFactor } from "../../backoffice/users/reset-second-factor.ts";
import type { UserDeps } from "../../backoffice/users/user-deps.ts";
import type { UserRecord } from "../../core/access/user.ts";
import { Refusal } from "../local/refusal.ts";
import type { Terminal } from "../rules/terminal.ts";
import { openDeployment, operatorContext } from "./deployment.ts";
import { sayRefusal } from "./say-refusal.ts";

const USAGE = `npm run users -- create NAME --role admin|analyst|reviewer|readonly
npm run users -- list
npm run users -- role NAME admin|analyst|reviewer|readonly
npm run users -- password NAME
npm run users -- reset-second-factor NAME
npm run users -- disable NAME
npm run users -- enable NAME

Over DATABASE_URL and the deployment's other secrets, or the local stack in --dir (.local). A password is asked for, or read from what is piped in.`;

/** `npm run users`: gives the exit code. */
export async function runUsers(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { say, complain }: Terminal,
  readPassword: () => Promise<string>,
): Promise<0 | 1> {
  if (args.includes("--help")) {
    say(USAGE);
    return 0;
  }
  try {
    const options = { role: { type: "string" }, dir: { type: "string", default: ".local" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [action, name, role] = positionals;
    const deps = () => openDeployment(env, values.dir);
    switch (action) {
      case "create": {
        if (name === undefined || values.role === undefined) throw new Refusal(USAGE);
        const made = await createUser(deps(), operatorContext(), { username: name, role: values.role, password: await readPassword() });
        if (!made.ok) throw new Refusal(sayRefusal(made.error));
        say(`${made.value.username} may sign in as ${made.value.role}`);
        return 0;
      }
      case "list": {
        const listed = await listUsers(deps(), operatorContext());
        if (!listed.ok) throw new Refusal(sayRefusal(listed.error));
        for (const user of listed.value) say(lineOf(user));
        return 0;
      }
      case "role": {
        if (role === undefined) throw new Refusal(USAGE);
        say(lineOf(await change(deps(), name, { role })));
        return 0;
      }
      case "password": {
        say(lineOf(await change(deps(), name, { password: await readPassword() })));
        return 0;
      }
      case "reset-second-factor": {
        const opened = deps();
        const { id, version } = await find(opened, name);
        const reset = await resetSecondFactor(opened, operatorContext(), { id, version });
        if (!reset.ok) throw new Refusal(sayRefusal(reset.error));
        say(lineOf(reset.value));
        return 0;
      }
      case "disable":
      case "enable": {
        say(lineOf(await change(deps(), name, { status: action === "enable" ? "active" : "disabled" })));
        return 0;
      }
      default:
        throw new Refusal(USAGE);
    }
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}

async function find(deps: UserDeps, name: string | undefined): Promise<UserRecord> {
  if (name === undefined) throw new Refusal(USAGE);
  const listed = await listUsers(deps, operatorContext());
  if (!listed.ok) throw new Refusal(sayRefusal(listed.error));
  const user = listed.value.find(({ username }) => username === name.toLowerCase());
  if (user === undefined) throw new Refusal(`there is no user \`${name}\``);
  return user;
}

async function change(deps: UserDeps, name: string | undefined, what: Readonly<Record<string, unknown>>): Promise<UserRecord> {
  const user = await find(deps, name);
  const changed = await changeUser(deps, operatorContext(), { ...what, id: user.id, version: user.version });
  if (!changed.ok) throw new Refusal(sayRefusal(changed.error));
  return changed.value;
}

const lineOf = ({ username, role, disabledAtMs, hasSecondFactor }: UserRecord): string =>
  `${username}  ${role}${hasSecondFactor ? "  second factor" : ""}${disabledAtMs === null ? "" : `  disabled since ${new Date(disabledAtMs).toISOString()}`}`;
