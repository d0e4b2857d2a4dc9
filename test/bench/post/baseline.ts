/** What performance.md measures our POST against: the same JSON in and out, one request to the Redis gateway, nothing decided. */
import { Hono } from "hono";

interface Bindings {
  readonly UPSTASH_REDIS_REST_URL: string;
  readonly UPSTASH_REDIS_REST_TOKEN: string;
}

const app = new Hono<{ Bindings: Bindings }>();

const ask = async (env: Bindings, command: readonly string[]): Promise<unknown> => {
  const answer = await fetch(`${env.UPSTASH_REDIS_REST_URL}/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.UPSTASH_REDIS_REST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify([command]),
  });
  return answer.json();
};

app.get("/", (c) => c.text("ok"));

app.post("/echo", async (c) => {
  const body = await c.req.json();
  await ask(c.env, ["MGET", "tg:pointer"]);
  return c.json(body);
});

/** As many requests to the gateway as our POST makes, each with as many bytes both ways as ours have on average: a claim before the answer, a settlement after it. */
app.post("/two-requests", async (c) => {
  const body = await c.req.json();
  const { sent, received } = c.req.query();
  const command = ["EVAL", "return string.rep('x', tonumber(ARGV[1]))", "0", received ?? "0", "x".repeat(Number(sent))];
  await ask(c.env, command);
  c.executionCtx.waitUntil(ask(c.env, command));
  return c.json(body);
});

// biome-ignore lint/style/noDefaultExport: workerd starts what a Worker exports this way
export default app;
