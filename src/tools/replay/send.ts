import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { OUTCOMES } from "../../core/decision/outcome.ts";
import type { TransactionBody } from "./to-transaction.ts";

const Decision = z.object({
  decision_id: z.string(),
  outcome: z.enum(OUTCOMES),
  rules: z.array(z.object({ id: z.string() })),
  degraded: z.array(z.string()),
  model: z.object({ status: z.string() }),
});
type Decision = z.infer<typeof Decision>;
const Problem = z.object({ code: z.string() });

export type Answer =
  | { readonly kind: "decided"; readonly decision: Decision; readonly latencyMs: number }
  /** `code` is the problem's own, `http_502` for another body, or the network's (`ECONNREFUSED`). */
  | { readonly kind: "error"; readonly code: string; readonly latencyMs: number };

export interface Instance {
  readonly url: string;
  readonly key: string;
}

/** Far beyond any deadline: an answer that takes this long is an error of its own. */
const PATIENCE_MS = 10_000;
/** Servers close what is idle for 5 s; a connection closed just as it is used again would be an error answer. */
const IDLE_MS = 4_000;
const AGENTS = {
  http: new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
  https: new https.Agent({ keepAlive: true, timeout: IDLE_MS }),
} as const;

/** Posts one transaction over a kept-alive connection. Never throws: a fault of the network is an answer. */
export async function sendTransaction(instance: Instance, body: TransactionBody): Promise<Answer> {
  const startMs = performance.now();
  const { status, answer, fault } = await post(instance, "/api/v1/analyze", body);
  const latencyMs = performance.now() - startMs;
  if (fault !== null) return { kind: "error", code: fault, latencyMs };
  const json = parseJson(answer);
  const decision = status === 200 ? Decision.safeParse(json) : null;
  if (decision?.success === true) return { kind: "decided", decision: decision.data, latencyMs };
  const problem = Problem.safeParse(json);
  return { kind: "error", code: status === 200 ? "unreadable_answer" : problem.success ? problem.data.code : `http_${status}`, latencyMs };
}

/** Posts what a decision's transaction really was; null, or the error's code. */
export async function sendLabel(instance: Instance, decisionId: string, isFraud: boolean): Promise<string | null> {
  const path = `/api/v1/decisions/${encodeURIComponent(decisionId)}/label`;
  const { status, answer, fault } = await post(instance, path, { label: isFraud ? "fraud" : "legitimate", source: "replay" });
  if (fault !== null || status < 300) return fault;
  const problem = Problem.safeParse(parseJson(answer));
  return problem.success ? problem.data.code : `http_${status}`;
}

/** Null when something answers at the URL, else a sentence. */
export async function whyUnreachable(url: string): Promise<string | null> {
  try {
    await (await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) })).arrayBuffer();
    return null;
  } catch (fault) {
    return `nothing answers at ${url} (${networkCode(fault)}); \`npm start\` runs an instance`;
  }
}

/** `fetch` costs the machine that runs the instance too several times the CPU of a plain request. */
function post(
  { url, key }: Instance,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly answer: string; readonly fault: string | null }> {
  const target = new URL(url + path);
  const isEncrypted = target.protocol === "https:";
  const json = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json), "x-api-key": key };
  const options = { method: "POST", headers, agent: isEncrypted ? AGENTS.https : AGENTS.http, timeout: PATIENCE_MS };
  return new Promise((resolve) => {
    const failed = (fault: Error) => resolve({ status: 0, answer: "", fault: networkCode(fault) });
    const call = (isEncrypted ? https : http).request(target, options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer, fault: null }), failed);
    });
    call.on("timeout", () => call.destroy(new DOMException("no answer", "TimeoutError")));
    call.on("error", failed);
    call.end(json);
  });
}

function networkCode(fault: unknown): string {
  if (!(fault instanceof Error)) return "network";
  for (const source of [fault, fault.cause])
    if (typeof source === "object" && source !== null && "code" in source && typeof source.code === "string") return source.code;
  return fault.name === "TimeoutError" ? "no_answer" : "network";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
