import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { createFaultSwitch, type FaultSwitch } from "./fault-switch.ts";
import { readBody } from "./read-body.ts";

export interface GatewayRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface GatewayAnswer {
  readonly status: number;
  readonly json: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The protocol a gateway speaks. */
export interface Protocol {
  readonly maxBytes: number;
  /** The commands or SQL in a body, for faults that name some. */
  textOf(body: string): string;
  answer(request: GatewayRequest): Promise<GatewayAnswer>;
  /** An error in the protocol's own shape. */
  failure(status: number, message: string): GatewayAnswer;
}

export interface Gateway {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly origin: string;
  readonly faults: FaultSwitch;
  close(): Promise<void>;
}

// The Worker keeps connections open; closing an idle one just as it is used again would look like a fault of the engine.
const KEEP_ALIVE_MS = 600_000;

/** Serves a protocol on the loopback interface, with faults set in process or by `PUT /__faults`. */
export function startGateway(protocol: Protocol, port = 0): Promise<Gateway> {
  const faults = createFaultSwitch();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    serve(protocol, faults, request, response).catch((error: Error) => {
      if (response.headersSent || response.destroyed) return;
      send(response, protocol.failure(500, error.message));
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const { port: bound } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ origin: `http://127.0.0.1:${bound}`, faults, close });
    });
  });
}

async function serve(protocol: Protocol, faults: FaultSwitch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const body = await readBody(request, protocol.maxBytes);
  if (url === "/__faults") return send(response, changeFaults(protocol, faults, request, body ?? ""));
  if (body === null) return send(response, protocol.failure(413, `the request is larger than ${protocol.maxBytes} bytes`));

  const { delayMs, failure } = faults.next(() => protocol.textOf(body));
  if (delayMs > 0) await sleep(delayMs);
  if (failure?.kind === "refuse") return void request.socket.destroy();
  if (failure?.kind === "status") return send(response, protocol.failure(failure.status, "an injected fault"));
  const answer = await protocol.answer({ method, url, headers, body });
  if (failure?.kind === "drop_answer") return void request.socket.destroy();
  send(response, answer);
}

function changeFaults(protocol: Protocol, faults: FaultSwitch, request: IncomingMessage, body: string): GatewayAnswer {
  // A page that got its own name to resolve to 127.0.0.1 still sends that name as Host.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ""))
    return protocol.failure(403, "faults are set from this machine only");
  if (request.method === "PUT") {
    try {
      faults.set(JSON.parse(body));
    } catch (error) {
      return protocol.failure(422, error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message);
    }
  } else if (request.method !== "GET") return protocol.failure(405, "GET reads the faults, PUT sets them");
  return { status: 200, json: JSON.stringify(faults.list()) };
}

function send(response: ServerResponse, { status, json, headers }: GatewayAnswer): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(json), ...headers });
  response.end(json);
}
