import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Flags, FlagValues } from "./flags.ts";
import { readText } from "./local-sources.ts";
import { wrongUse } from "./stopped.ts";

/** Which service a command asks, and with which key. A key itself is no option: other users of a machine see command lines. */
export const SERVICE_FLAGS = {
  url: { value: "URL", about: "the service (default $TOLLGATE_URL, else http://127.0.0.1:8787)" },
  "key-file": { value: "FILE", about: "holds an API key of an analyst (default $TOLLGATE_KEY, else the local start's own)" },
  dir: { value: "PATH", about: "the data folder of a local start, for its key (default .local)" },
} as const satisfies Flags;

export interface Access {
  readonly url: string;
  readonly key: string;
}

/** Throws a sentence when there is no usable address or key. */
export function accessOf(flags: FlagValues<typeof SERVICE_FLAGS>, env: Readonly<Record<string, string | undefined>>): Access {
  const url = flags.url ?? (env.TOLLGATE_URL || "http://127.0.0.1:8787");
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw wrongUse(`\`${url}\` is not a URL such as https://fraud.example.org`);
  return { url: url.replace(/\/+$/, ""), key: keyOf(flags, env, new URL(url).hostname) };
}

function keyOf(flags: FlagValues<typeof SERVICE_FLAGS>, env: Readonly<Record<string, string | undefined>>, host: string): string {
  if (flags["key-file"] !== undefined) {
    const key = readText(flags["key-file"]).trim();
    if (key === "" || /\s/.test(key)) throw wrongUse(`${flags["key-file"]} should hold one API key and nothing else`);
    return key;
  }
  if (env.TOLLGATE_KEY) return env.TOLLGATE_KEY.trim();
  if (flags.dir === undefined && !isThisMachine(host)) throw wrongUse(`no key for ${host}: set TOLLGATE_KEY, or give --key-file`);
  return localKey(flags.dir ?? ".local");
}

const isThisMachine = (host: string): boolean => host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);

function localKey(folder: string): string {
  const path = join(folder, "keys.json");
  if (!existsSync(path)) throw wrongUse(`no key: there is no ${path}; set TOLLGATE_KEY, give --key-file, or --dir with the data folder`);
  const keys = z.object({ analyst: z.string() }).safeParse(parsed(readFileSync(path, "utf8")));
  if (!keys.success) throw wrongUse(`${path} holds no \`analyst\` key; set TOLLGATE_KEY or give --key-file`);
  return keys.data.analyst;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
