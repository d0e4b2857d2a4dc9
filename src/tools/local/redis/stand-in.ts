import type { Engine } from "../engine.ts";

/** A Redis written in JavaScript, in this process: enough to look around, too slow and too forgetful for anything else. */
export async function startRedisStandIn(): Promise<Engine> {
  const { createRedisServer } = await import("js-redis-server");
  const server = await createRedisServer();
  return {
    url: `redis://127.0.0.1:${server.port}`,
    about: "a JavaScript stand-in for Redis (it forgets everything when it ends)",
    kill: () => server.close(),
    start: () => Promise.reject(new Error("the stand-in does not come back on its port")),
    stop: () => server.close(),
  };
}
