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

/** Posts one transaction over a kept-alive connection. Never throws: a fault of the network is an answer. */
export async function sendTransaction(instance: Instance, body: TransactionBody): Promise<Answer> {
  const startMs = performance.now();
  const { status, text, fault } = await post(instance, "/api/v1/analyze", body);
  const latencyMs = performance.now() - startMs;
  if (fault !== null) return { kind: "error", code: fault, latencyMs };
  const json = parseJson(text);
  const decision = status === 200 ? Decision.safeParse(json) : null;
  if (decision?.success === true) return { kind: "decided", decision: decision.data, latencyMs };
  const problem = Problem.safeParse(json);
  return { kind: "error", code: status === 200 ? "unreadable_answer" : problem.success ? problem.data.code : `http_${status}`, latencyMs };
}

/** Posts what a decision's transaction really was; null, or the error's code. */
export async function sendLabel(instance: Instance, decisionId: string, isFraud: boolean): Promise<string | null> {
  const path = `/api/v1/decisions/${encodeURIComponent(decisionId)}/label`;
  const { status, text, fault } = await post(instance, path, { label: isFraud ? "fraud" : "legitimate", source: "replay" });
  if (fault !== null || status < 300) return fault;
  const problem = Problem.safeParse(parseJson(text));
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

async function post(
  { url, key }: Instance,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly text: string; readonly fault: string | null }> {
  try {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, text: await response.text(), fault: null };
  } catch (fault) {
    return { status: 0, text: "", fault: networkCode(fault) };
  }
}

function networkCode(fault: unknown): string {
  if (!(fault instanceof Error)) return "network";
  const { cause } = fault;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string") return cause.code;
  return fault.name === "TimeoutError" ? "no_answer" : "network";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
