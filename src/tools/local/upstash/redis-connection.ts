import { createClient, RESP_TYPES } from "@redis/client";

const RECONNECT_MS = 50;

/** One connection to a Redis, shared by all requests: what is sent in one tick reaches it together and in order. */
export interface RedisConnection {
  /** Rejects with Redis's own message, or at once while the connection is down. */
  send(command: readonly string[]): Promise<unknown>;
  close(): void;
}

/** Connects, and connects again by itself whenever the engine comes back; rejects when it is not there at first. */
export async function connectRedis(url: string): Promise<RedisConnection> {
  let isConnected = false;
  const client = createClient({
    url,
    // Upstash answers in RESP2's shapes: flat arrays for WITHSCORES and HGETALL.
    RESP: 2,
    // Never a queue: a command that waited for the engine would run long after its caller gave up.
    disableOfflineQueue: true,
    // The caller's own budget ends a wait; a timer for each command would cost more than the command.
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: 10_000, reconnectStrategy: (_tries, cause) => (isConnected ? RECONNECT_MS : cause) },
  });
  // Each command reports its own fault; without a listener the event would end the process.
  client.on("error", () => {});
  await client.connect();
  isConnected = true;
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return { send: (command) => binary.sendCommand(command), close: () => client.destroy() };
}
