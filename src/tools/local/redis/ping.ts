import { createClient } from "@redis/client";

/** Rejects when no Redis answers at `url`. */
export async function pingRedis(url: string): Promise<void> {
  const client = createClient({ url, RESP: 2, socket: { connectTimeout: 10_000, reconnectStrategy: false } });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.destroy();
  }
}
