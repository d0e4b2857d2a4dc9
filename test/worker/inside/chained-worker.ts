import { createApp } from "../../../src/http/app.ts";
import { reportBug, servicesOf, startModel } from "../../../src/wire/decision.ts";

const app = createApp(servicesOf, reportBug, []);

/** The decision Worker without the shortcut for its busiest routes: every request goes through the chain of middlewares. */
// biome-ignore lint/style/noDefaultExport: workerd starts what a Worker exports this way
export default {
  fetch(request, env, ctx) {
    ctx.waitUntil(startModel(env));
    return app.fetch(request, env as object, ctx);
  },
} satisfies ExportedHandler;
