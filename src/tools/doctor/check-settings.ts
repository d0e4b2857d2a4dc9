import { readMasterKeys } from "../../core/audit/master-keys.ts";
import type { Vars } from "../local/stack-vars.ts";
import type { Finding } from "./finding.ts";

const LEAST_SECRET = 32;

/** Whether the settings that are known here are such as the Worker takes. A deployment's secrets are not readable: what is not given is not checked. */
export function checkSettings(vars: Vars): readonly Finding[] {
  const isLocal = Boolean(vars.NEON_HTTP_ENDPOINT);
  const faults = [
    ...["HASH_SECRET", "JWT_SECRET"]
      .filter((name) => isShort(vars[name]))
      .map((name) => `${name} has less than ${LEAST_SECRET} characters`),
    ...(vars.DATABASE_URL && !/^postgres(ql)?:\/\//.test(vars.DATABASE_URL) ? ["DATABASE_URL is not a postgresql:// address"] : []),
    ...(vars.UPSTASH_REDIS_REST_URL && !URL.canParse(vars.UPSTASH_REDIS_REST_URL) ? ["UPSTASH_REDIS_REST_URL is not a URL"] : []),
    ...(vars.AUDIT_KEY && readMasterKeys(vars.AUDIT_KEY) === null ? ["AUDIT_KEY is not `id:secret` with 32 characters or more"] : []),
  ];
  const fixOf = (fault: string) => `set another value with \`npx wrangler secret put ${fault.split(" ")[0]} --env production\``;
  const wrong = faults.map((fault): Finding => ({ state: "wrong", part: "settings", says: fault, fix: fixOf(fault) }));
  const wanted = ["HASH_SECRET", "JWT_SECRET", ...(isLocal ? [] : ["AUDIT_KEY"])];
  const unknown = wanted.filter((name) => !vars[name]);
  if (unknown.length > 0) {
    const says = `${unknown.join(", ")} not given here, so not checked`;
    return [...wrong, { state: "note", part: "settings", says, fix: "`npx wrangler secret list --env production` names what is set" }];
  }
  return wrong.length > 0 ? wrong : [{ state: "ok", part: "settings", says: "every secret has the form it must have" }];
}

const isShort = (secret: string | undefined): boolean => Boolean(secret) && (secret ?? "").length < LEAST_SECRET;
