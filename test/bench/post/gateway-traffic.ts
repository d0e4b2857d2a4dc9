import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** What went over a gateway's connections, headers included. */
export interface Traffic {
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Counts the requests that an HTTP server of this process answers, without standing in their way. @param origin `http://host:port` of the server */
export function countTraffic(origin: string): { read(): Traffic; stop(): void } {
  const port = Number(new URL(origin).port);
  const sockets = new Map<Socket, { readonly bytesIn: number; readonly bytesOut: number }>();
  const before = { bytesIn: 0, bytesOut: 0 };
  let requests = 0;
  const onAnswer = (message: unknown): void => {
    const { socket } = (message as { request: IncomingMessage }).request;
    if (socket.localPort !== port) return;
    requests += 1;
    sockets.set(socket, { bytesIn: socket.bytesRead, bytesOut: socket.bytesWritten });
  };
  subscribe("http.server.response.finish", onAnswer);
  const total = () =>
    [...sockets.values()].reduce((sum, one) => ({ bytesIn: sum.bytesIn + one.bytesIn, bytesOut: sum.bytesOut + one.bytesOut }), before);
  return { read: () => ({ requests, ...total() }), stop: () => unsubscribe("http.server.response.finish", onAnswer) };
}
