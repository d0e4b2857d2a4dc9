import { createHash } from "node:crypto";

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

/**
 * Makes the rewriter of script commands. `#!lua flags=allow-key-locking` is Upstash's own and Redis refuses it:
 * the flag is dropped, and EVALSHA finds the script under the hash of what the caller wrote.
 */
export function createScriptAlias(): (command: string[]) => string[] {
  const aliases = new Map<string, string>();

  const withoutFlag = (script: string): string => {
    const plain = dropKeyLocking(script);
    if (plain !== script) aliases.set(sha1(script), sha1(plain));
    return plain;
  };

  return (command) => {
    const [name = "", first = "", ...rest] = command;
    switch (name.toUpperCase()) {
      case "EVALSHA":
      case "EVALSHA_RO":
        return [name, aliases.get(first) ?? first, ...rest];
      case "EVAL":
      case "EVAL_RO":
        return [name, withoutFlag(first), ...rest];
      case "SCRIPT":
        return first.toUpperCase() === "LOAD" ? [name, first, ...rest.map(withoutFlag)] : command;
      default:
        return command;
    }
  };
}

/** A comment takes the place of an emptied first line, so that line numbers in Lua's errors stay true. */
export function dropKeyLocking(script: string): string {
  return script.replace(/^#!lua flags=([^\n]*)/, (_line, flags: string) => {
    const kept = flags.split(",").map((flag) => flag.trim());
    const others = kept.filter((flag) => flag !== "" && flag !== "allow-key-locking");
    return others.length > 0 ? `#!lua flags=${others.join(",")}` : "--";
  });
}
