import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A resolver that serves DNS over HTTPS in its JSON form, for names that the test owns. */
export interface NameServer {
  readonly url: string;
  /** Addresses of both families by name; a name that is not here does not exist. */
  readonly addresses: Record<string, readonly string[]>;
  isAway: boolean;
  close(): Promise<void>;
}

const NO_NAME = 3;
const A = 1;
const AAAA = 28;

export async function startNameServer(addresses: Record<string, readonly string[]> = {}): Promise<NameServer> {
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://resolver").searchParams;
    const name = asked.get("name") ?? "";
    const type = Number(asked.get("type"));
    const found = nameServer.addresses[name];
    const records = (found ?? []).map((data) => ({ name, type: data.includes(":") ? AAAA : A, TTL: 60, data }));
    response.writeHead(nameServer.isAway ? 503 : 200, { "content-type": "application/dns-json" });
    response.end(JSON.stringify({ Status: found === undefined ? NO_NAME : 0, Answer: records.filter((record) => record.type === type) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const nameServer: NameServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`,
    addresses: { ...addresses },
    isAway: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return nameServer;
}
