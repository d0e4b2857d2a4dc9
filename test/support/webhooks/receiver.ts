import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** What a receiver says; `nothing` keeps the connection and is silent. */
export type Says = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } | "nothing";

/** Somebody's server that is told of events. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How the next requests are answered; by path and number of the request, the first being 1. */
  says: (request: Received, number: number) => Says;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const got = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(got);
      const said = receiver.says(got, received.length);
      if (said === "nothing") return;
      response.writeHead(said.status, said.headers);
      response.end(said.body ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    says: () => ({ status: 204 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
