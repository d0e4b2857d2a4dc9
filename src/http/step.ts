import type { Context, Handler, MiddlewareHandler } from "hono";
import type { AppEnv } from "./context.ts";
import type { Route } from "./route.ts";

/** One concern of the surface: what it does before a request is handled, and what it does to the answer. */
export interface Step {
  /** An answer ends the request here: neither later steps nor this step's own `after` see it. */
  readonly before?: (c: Context<AppEnv>) => Response | null | Promise<Response | null>;
  /** Works on `c.res`. Steps finish in reverse order. */
  readonly after?: (c: Context<AppEnv>) => void | Promise<void>;
}

/** A step as one of Hono's middlewares, which waits for all that follows it. */
export function middlewareOf({ before, after }: Step): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const refused = before === undefined ? null : await before(c);
    if (refused !== null) return refused;
    await next();
    await after?.(c);
    return;
  };
}

/**
 * All steps of a route in one handler, for the routes that are called most: what Hono's chain of middlewares does, but it waits only for steps
 * that wait themselves. An error in a step is answered by `onError`, and the steps before it still finish.
 */
export function onePass(route: Route, steps: readonly Step[], onError: (error: Error, c: Context<AppEnv>) => Response): Handler<AppEnv> {
  const answerError = (c: Context<AppEnv>, error: unknown): void => {
    if (!(error instanceof Error)) throw error;
    c.res = onError(error, c);
  };
  return async (c) => {
    c.set("route", route);
    let begun = 0;
    try {
      let answer: Response | null = null;
      for (; begun < steps.length; begun++) {
        const early = steps[begun]?.before?.(c) ?? null;
        answer = early instanceof Promise ? await early : early;
        if (answer !== null) break;
      }
      answer ??= await route.handle(c);
      c.res = answer;
    } catch (error) {
      answerError(c, error);
    }
    while (begun-- > 0) {
      try {
        const late = steps[begun]?.after?.(c);
        if (late instanceof Promise) await late;
      } catch (error) {
        answerError(c, error);
      }
    }
    return c.res;
  };
}
