import { Agent, request } from "node:http";

export interface Answer {
  readonly status: number;
  readonly serverTiming: string;
  readonly body: string;
  /** From sending the request to the last byte of its answer. */
  readonly tookMs: number;
}

/** Connections that stay open, and how many requests are under way at once. */
const CONNECTIONS = 8;

export interface Target {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Throws on an answer that is not worth measuring. */
  check(answer: Answer): void;
}

/** Sends `count` bodies to a Worker, as many at a time as there are connections; resolves when all are answered. */
export async function sendAll(
  { origin, path, headers, check }: Target,
  count: number,
  next: () => string,
  connections = CONNECTIONS,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      check(await post(agent, `${origin}${path}`, headers, next()));
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, worker));
  } finally {
    agent.destroy();
  }
}

function post(agent: Agent, url: string, headers: Target["headers"], body: string): Promise<Answer> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: "POST", agent, headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          text += chunk;
        });
        answer.once("error", reject);
        answer.once("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            serverTiming: String(answer.headers["server-timing"] ?? ""),
            body: text,
            tookMs: performance.now() - startMs,
          }),
        );
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}
