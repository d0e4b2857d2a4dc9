import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { NameResolver } from "../../ports/webhooks.ts";

const A = 1;
const AAAA = 28;
const NO_ERROR = 0;
const NO_NAME = 3;

/** The JSON form of DNS over HTTPS that Cloudflare and Google serve. */
const DnsAnswer = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});

/** Asks a resolver over HTTPS, as Workers have none of their own. Past the budget: `timeout`. */
export function createNameResolver(url: string): NameResolver {
  return {
    async resolve(name, budgetMs) {
      const signal = AbortSignal.timeout(Math.ceil(budgetMs));
      const answers = await Promise.all([A, AAAA].map((type) => ask(url, name, type, signal)));
      const addresses: string[] = [];
      for (const answer of answers) {
        if (!answer.ok) return answer;
        addresses.push(...answer.value);
      }
      return ok(addresses);
    },
  };
}

async function ask(url: string, name: string, type: number, signal: AbortSignal): Promise<Result<readonly string[], SourceFault>> {
  const fault = (reason: SourceFault["reason"]) => err<SourceFault>({ source: "dns", reason });
  try {
    const asked = new URL(url);
    asked.searchParams.set("name", name);
    asked.searchParams.set("type", String(type));
    const response = await fetch(asked, { headers: { accept: "application/dns-json" }, signal });
    if (!response.ok) return fault("unavailable");
    const answer = DnsAnswer.safeParse(await response.json());
    if (!answer.success) return fault("invalid");
    if (answer.data.Status === NO_NAME) return ok([]);
    if (answer.data.Status !== NO_ERROR) return fault("unavailable");
    return ok(answer.data.Answer.filter((record) => record.type === type).map((record) => record.data));
  } catch (error) {
    return fault(error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unavailable");
  }
}
