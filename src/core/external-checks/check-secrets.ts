import * as z from "zod";

/**
 * The deployment's secrets for services, by service: what is sent, to which host alone, and what postbacks are signed with (several during a
 * rotation). The host is bound to the secrets, so that who may configure a service cannot have them sent elsewhere.
 */
export const CheckSecrets = z.record(
  z.string(),
  z.strictObject({
    host: z.string().min(1).optional(),
    send: z.record(z.string(), z.string().min(1)).default({}),
    hook: z.array(z.string().min(16, "must have at least 16 characters")).default([]),
  }),
);
export type CheckSecrets = z.infer<typeof CheckSecrets>;

/** The secret of a service for a request to a host, or undefined when there is none for it. */
export function secretFor(secrets: CheckSecrets, service: string, host: string, name: string): string | undefined {
  const own = Object.hasOwn(secrets, service) ? secrets[service] : undefined;
  if (own === undefined || own.host !== host) return undefined;
  return Object.hasOwn(own.send, name) ? own.send[name] : undefined;
}

/** What a postback of a service may be signed with. */
export function hookSecretsOf(secrets: CheckSecrets, service: string): readonly string[] {
  return (Object.hasOwn(secrets, service) ? secrets[service]?.hook : undefined) ?? [];
}

/** A text without any of a service's secrets, for what staff see of its answers. */
export function withoutSecrets(secrets: CheckSecrets, service: string, text: string): string {
  const own = Object.hasOwn(secrets, service) ? secrets[service] : undefined;
  return [...Object.values(own?.send ?? {}), ...(own?.hook ?? [])].reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
}
