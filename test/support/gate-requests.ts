import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { Duplex } from "node:stream";
import { readFrame, writeFrame } from "./websocket-frames.ts";

export interface Sent {
  readonly method?: string;
  /** An array is sent as one header line each. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends requests as a client on a socket does: nothing is followed, decoded or added. */
export function createClient(origin: string): { send(path: string, sent?: Sent): Promise<Got>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const send = (path: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Got> =>
    new Promise((resolve, reject) => {
      const lengths = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const asked = request(`${origin}${path}`, { agent, method, headers: { ...headers, ...lengths } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", reject);
        answer.once("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }));
      });
      asked.once("error", reject);
      asked.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** Opens a WebSocket, sends a text and gives the answer; the status where the upgrade was refused. */
export function talkOverWebSocket(url: string, headers: Readonly<Record<string, string>>, text: string): Promise<string | number> {
  return new Promise((resolve, reject) => {
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const asked = request(url, { headers: { ...headers, ...upgrade } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.once("upgrade", (_, socket: Duplex) => {
      socket.once("data", (frame: Buffer) => {
        socket.destroy();
        resolve(readFrame(frame) ?? "no text");
      });
      socket.once("error", reject);
      socket.write(writeFrame(text, "client"));
    });
    asked.once("error", reject);
    asked.end();
  });
}
