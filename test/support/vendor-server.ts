import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a vendor saw of one request. */
export interface VendorRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
/** A fraud vendor on a real socket; the first part of the path says how it behaves. */
export interface VendorServer {
  readonly origin: string;
  readonly host: string;
  /** Requests that arrived since it was last asked. */
  takeRequests(): readonly VendorRequest[];
  /** What `/switched` answers from now on. */
  answer(status: number, body: unknown): void;
  close(): Promise<void>;
}

export async function startVendor(): Promise<VendorServer> {
  let requests: VendorRequest[] = [];
  let switched = { status: 200, body: "{}" };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const body = Buffer.concat(chunks).toString();
      requests.push({ method, url, headers, body });
      switch (url.split(/[/?]/)[1]) {
        case "healthy":
          return response
            .writeHead(200)
            .end(JSON.stringify({ score: 87.5, verdict: "bad", sub: { bot: true }, echo: headers.authorization }));
        case "switched":
          return response.writeHead(switched.status).end(switched.body);
        case "failing":
          return response.writeHead(500).end("out of order");
        case "garbage":
          return response.writeHead(200).end("<html>{");
        case "shape":
          return response.writeHead(200).end(JSON.stringify({ score: "high" }));
        case "redirect":
          return response.writeHead(302, { location: `${originOf()}/healthy` }).end();
        case "large":
          return response.writeHead(200).end(`{"score":1,"padding":"${"x".repeat(100_000)}"}`);
        case "endless":
          return response.writeHead(200).write('{"score":');
        default:
          // Hangs.
          return undefined;
      }
    });
  });
  const originOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: originOf(),
    host: new URL(originOf()).host,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    answer: (status, body) => {
      switched = { status, body: JSON.stringify(body) };
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
