import { createApp } from "./http/app.ts";
import { consumeOutbox, keepDeadLetters } from "./pipeline/consume-outbox.ts";
import { runSchedule } from "./pipeline/run-schedule.ts";
import type { OutboxMessage } from "./ports/outbox.ts";
import { reportBug, servicesOf, startModel } from "./wire/decision.ts";

const app = createApp(servicesOf, reportBug);

/** The decision Worker: platform events in, nothing else. */
export default {
  fetch(request, env, ctx) {
    // The load belongs to this request's context, or the platform would end it with the answer.
    ctx.waitUntil(startModel(env));
    return app.fetch(request, env as object, ctx);
  },
  async queue(batch, env, ctx) {
    const services = servicesOf(env);
    if (batch.queue.endsWith("-dead")) return keepDeadLetters(services, batch.messages);
    ctx.waitUntil(startModel(env));
    return consumeOutbox(services, batch.messages, (work) => ctx.waitUntil(work));
  },
  async scheduled(controller, env, ctx) {
    ctx.waitUntil(startModel(env));
    return runSchedule(servicesOf(env), controller.cron, (work) => ctx.waitUntil(work));
  },
} satisfies ExportedHandler<unknown, OutboxMessage>;
