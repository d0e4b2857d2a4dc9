import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";
import { readFrame, writeFrame } from "./websocket-frames.ts";

/** What the origin saw of one request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: number;
  readonly sha256: string;
}
export interface GateOrigin {
  readonly origin: string;
  /** Requests that arrived since it was last asked. */
  takeCount(): number;
  close(): Promise<void>;
}

export const COMPRESSED = gzipSync("the same bytes ".repeat(1_000));
const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A site of the kind a gate stands before, on real sockets. */
export function startOrigin(): Promise<GateOrigin> {
  let count = 0;
  /** Streams that wait until their client has read what was sent. */
  const waiting = new Map<string, () => void>();
  const server = createServer((request, response) => {
    count += 1;
    serve(request, response, waiting).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  const sockets = new Set<Duplex>();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    count += 1;
    sockets.add(socket);
    echoFrames(request, socket);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
          // The server no longer counts these as its connections.
          for (const socket of sockets) socket.destroy();
        });
      const takeCount = (): number => {
        const taken = count;
        count = 0;
        return taken;
      };
      resolve({ origin: `http://127.0.0.1:${port}`, takeCount, close });
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, waiting: Map<string, () => void>): Promise<void> {
  const url = new URL(request.url ?? "/", "http://origin");
  const id = url.searchParams.get("id") ?? "";
  switch (url.pathname) {
    case "/empty":
      return void response.writeHead(204, { "x-kept": "yes" }).end();
    case "/moved":
      return void response.writeHead(302, { location: "https://elsewhere.example/path?q=1", "set-cookie": ["a=1", "b=2"] }).end();
    case "/shop/moved-to":
      return void response.writeHead(302, { location: url.searchParams.get("location") ?? "" }).end();
    case "/compressed":
      return void response.writeHead(200, { "content-encoding": "gzip", etag: '"strong"' }).end(COMPRESSED);
    case "/stream":
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" }).write("data: first\n\n");
      waiting.set(id, () => response.end("data: second\n\n"));
      return;
    case "/stream-read":
      waiting.get(id)?.();
      return void response.end(waiting.delete(id) ? "goes on" : "unknown");
    default:
      return echo(request, response);
  }
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const seen: Seen = {
    method: request.method ?? "",
    url: request.url ?? "",
    headers: request.headers,
    bytes,
    sha256: hash.digest("hex"),
  };
  response.writeHead(200, { "content-type": "application/json", "x-frame-options": "SAMEORIGIN" }).end(JSON.stringify(seen));
}

function echoFrames(request: IncomingMessage, socket: Duplex): void {
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${WEBSOCKET_GUID}`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on("data", (chunk: Buffer) => {
    const text = readFrame(chunk);
    if (text === null) socket.end();
    else socket.write(writeFrame(`echo ${text}`, "server"));
  });
  socket.on("error", () => socket.destroy());
}
