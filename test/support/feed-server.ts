import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}
export interface Served {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Closes the connection after the body instead of ending the answer. */
  readonly breaksOff?: boolean;
}
export interface FeedServer {
  readonly url: string;
  /** What was asked, oldest first. */
  readonly asked: Asked[];
  /** Answers a path from now on. */
  serve(path: string, answer: (asked: Asked) => Served): void;
  close(): Promise<void>;
}

/** A host of feeds on this machine. */
export async function startFeedServer(): Promise<FeedServer> {
  const answers = new Map<string, (asked: Asked) => Served>();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://feeds.test");
    const one = { path: pathname, query: searchParams, headers: request.headers };
    asked.push(one);
    const { status = 200, headers = {}, body = "", breaksOff = false } = answers.get(pathname)?.(one) ?? { status: 404 };
    response.writeHead(status, headers);
    if (breaksOff) response.write(body, () => response.destroy());
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    serve: (path, answer) => answers.set(path, answer),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** CrowdSec's LAPI as far as a bouncer sees it: decisions that are added and deleted, told from the start or since a bouncer's last pull. */
export function createLapi(key: string) {
  type Decision = { readonly id: number; readonly value: string; readonly scope: string; readonly type: string; readonly duration: string };
  const inForce = new Map<string, Decision>();
  let added: Decision[] = [];
  let deleted: Decision[] = [];
  let ids = 0;
  return {
    add(value: string, { scope = "Ip", type = "ban", duration = "3h59m50s" } = {}) {
      const decision = { id: ++ids, value, scope, type, duration, origin: "crowdsec", scenario: "crowdsecurity/ssh-bf" };
      inForce.set(`${scope} ${value} ${type}`, decision);
      added.push(decision);
    },
    remove(value: string, { scope = "Ip", type = "ban" } = {}) {
      const key = `${scope} ${value} ${type}`;
      const decision = inForce.get(key);
      if (decision === undefined) return;
      inForce.delete(key);
      deleted.push({ ...decision, duration: "-1s" });
    },
    answer({ query, headers }: Asked): Served {
      if (headers["x-api-key"] !== key) return { status: 403, body: JSON.stringify({ message: "access forbidden" }) };
      // Without `scopes` a LAPI tells of addresses and ranges alone.
      const scopes = new Set((query.get("scopes") ?? "ip,range").split(","));
      const isAsked = ({ scope }: Decision): boolean => scopes.has(scope.toLowerCase());
      const all = query.get("startup") === "true" ? { new: [...inForce.values()], deleted: [] } : { new: added, deleted };
      const stream = { new: all.new.filter(isAsked), deleted: all.deleted.filter(isAsked) };
      [added, deleted] = [[], []];
      // As the LAPI says "nothing".
      const told = { new: stream.new.length === 0 ? null : stream.new, deleted: stream.deleted.length === 0 ? null : stream.deleted };
      return { headers: { "content-type": "application/json" }, body: JSON.stringify(told) };
    },
  };
}
