import { holdsCardNumber } from "../../core/privacy/find-card-numbers.ts";
import type { Step } from "../step.ts";

/** What a ray looks like; anything else is not put into logs and headers. */
const RAY = /^[\w-]{8,64}$/;

/** Every answer carries `x-request-id` (the platform's ray where there is one) and `server-timing`. */
export const requestId: Step = {
  before(c) {
    const ray = c.req.header("cf-ray");
    const id = ray !== undefined && RAY.test(ray) && !holdsCardNumber(ray) ? ray : crypto.randomUUID();
    c.set("requestId", id);
    c.set("startMs", Date.now());
    c.set("timings", []);
    return null;
  },
  after(c) {
    c.res.headers.set("x-request-id", c.get("requestId"));
    const timings = [...c.get("timings"), { name: "total", ms: Date.now() - c.get("startMs") }];
    c.res.headers.set("server-timing", timings.map(({ name, ms }) => `${name};dur=${ms}`).join(", "));
  },
};
