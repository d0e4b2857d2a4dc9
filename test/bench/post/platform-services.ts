import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "../../../src/tools/local/gateway/read-body.ts";

const MAX_BYTES = 25 * 1024 * 1024;

/** What a bucket without objects says of each, in R2's own header. */
const NO_OBJECT = { "cf-r2-error": JSON.stringify({ version: 0, v4code: 10_007, message: "The specified key does not exist." }) };

/** Workers KV, a queue and an empty R2 bucket as workerd asks for them, over HTTP: KV in memory; messages are taken and nobody consumes them. */
export interface PlatformServices {
  /** `host:port` */
  readonly address: string;
  close(): Promise<void>;
}

export function startPlatformServices(): Promise<PlatformServices> {
  const values = new Map<string, string>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await readBody(request, MAX_BYTES)) ?? "";
    const key = decodeURIComponent(new URL(request.url ?? "/", "http://kv").pathname.slice(1));
    if (request.headers["cf-r2-request"] !== undefined) return void response.writeHead(404, NO_OBJECT).end();
    if (request.method === "PUT") values.set(key, body);
    if (request.method !== "GET") return void response.writeHead(200, { "content-type": "application/json" }).end("{}");
    if (key === "") return void response.writeHead(200, { "content-type": "application/json" }).end(listOf(request.url ?? "/"));
    const value = values.get(key);
    response.writeHead(value === undefined ? 404 : 200).end(value);
  };
  const listOf = (url: string): string => {
    const prefix = new URL(url, "http://kv").searchParams.get("prefix") ?? "";
    return JSON.stringify({
      keys: [...values.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    });
  };
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ address: `127.0.0.1:${port}`, close });
    });
  });
}
