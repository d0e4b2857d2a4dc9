import { createMiddleware } from "hono/factory";
import { holdsCardNumber } from "../../core/privacy/find-card-numbers.ts";
import type { AppEnv } from "../context.ts";

/** What a ray looks like; anything else is not put into logs and headers. */
const RAY = /^[\w-]{8,64}$/;

/** Every answer carries `x-request-id` (the platform's ray where there is one) and `server-timing`. */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const startMs = Date.now();
  const ray = c.req.header("cf-ray");
  const id = ray !== undefined && RAY.test(ray) && !holdsCardNumber(ray) ? ray : crypto.randomUUID();
  c.set("requestId", id);
  c.set("startMs", startMs);
  c.set("timings", []);
  await next();
  c.res.headers.set("x-request-id", id);
  const timings = [...c.get("timings"), { name: "total", ms: Date.now() - startMs }];
  c.res.headers.set("server-timing", timings.map(({ name, ms }) => `${name};dur=${ms}`).join(", "));
});
