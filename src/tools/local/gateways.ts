import type { Gateway } from "./gateway/gateway.ts";
import { startNeonGateway } from "./neon/neon-gateway.ts";
import type { LocalSecrets } from "./secrets.ts";
import { startUpstashGateway } from "./upstash/upstash-gateway.ts";

/** What the Worker is told of its stores, by the names it reads. */
export interface WorkerVars extends Readonly<Record<string, string>> {
  readonly DATABASE_URL: string;
  readonly NEON_HTTP_ENDPOINT: string;
  readonly UPSTASH_REDIS_REST_URL: string;
  readonly UPSTASH_REDIS_REST_TOKEN: string;
  readonly HASH_SECRET: string;
  readonly JWT_SECRET: string;
  readonly GATE_SECRET: string;
}

/** Both protocol gateways in front of their engines. */
export interface Gateways {
  readonly neon: Gateway;
  readonly upstash: Gateway;
  readonly vars: WorkerVars;
  close(): Promise<void>;
}

/** Ports for both; 0 takes a free one. */
export interface GatewayPorts {
  readonly neon: number;
  readonly upstash: number;
}

export async function startGateways(
  postgresUrl: string,
  redisUrl: string,
  secrets: LocalSecrets,
  ports: GatewayPorts = { neon: 0, upstash: 0 },
): Promise<Gateways> {
  const upstash = await startUpstashGateway(redisUrl, secrets.gatewaySecret, ports.upstash);
  const neon = await startNeonGateway(postgresUrl, databaseUrlOf(secrets), ports.neon);
  const close = async () => {
    await Promise.all([neon.close(), upstash.close()]);
  };
  return { neon, upstash, vars: workerVars(secrets, neon.origin, upstash.origin), close };
}

/** What the Worker is told, once it is known where the gateways are or will be. */
export function workerVars(secrets: LocalSecrets, neonOrigin: string, upstashOrigin: string): WorkerVars {
  return {
    DATABASE_URL: databaseUrlOf(secrets),
    NEON_HTTP_ENDPOINT: `${neonOrigin}/sql`,
    UPSTASH_REDIS_REST_URL: upstashOrigin,
    UPSTASH_REDIS_REST_TOKEN: secrets.gatewaySecret,
    HASH_SECRET: secrets.hashSecret,
    JWT_SECRET: secrets.jwtSecret,
    GATE_SECRET: secrets.gateSecret,
  };
}

/** What callers of the Postgres gateway show. */
export const databaseUrlOf = ({ gatewaySecret }: LocalSecrets): string => `postgresql://tollgate:${gatewaySecret}@db.localhost/tollgate`;
