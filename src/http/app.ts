import { type Context, Hono } from "hono";
import { describeError } from "../core/log/describe-error.ts";
import type { Log } from "../core/log/log-line.ts";
import type { Services } from "../pipeline/services.ts";
import type { AppEnv } from "./context.ts";
import { mountedGate } from "./gate/mount.ts";
import { accessLog } from "./middleware/access-log.ts";
import { adminNetworks } from "./middleware/admin-networks.ts";
import { auditRequests } from "./middleware/audit-requests.ts";
import { cors } from "./middleware/cors.ts";
import { idempotency, takesIdempotencyKey } from "./middleware/idempotency.ts";
import { limitAddress, limitCaller, limitUnmatched } from "./middleware/limit.ts";
import { refuseCardNumbers } from "./middleware/refuse-card-numbers.ts";
import { refuseNul } from "./middleware/refuse-nul.ts";
import { requestId } from "./middleware/request-id.ts";
import { requireVerb } from "./middleware/require-verb.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { answerProblem } from "./problem.ts";
import type { Route } from "./route.ts";
import { alertRoutes } from "./routes/admin/alerts.ts";
import { createKey, listKeys } from "./routes/admin/api-keys.ts";
import { revokeKey } from "./routes/admin/api-keys-revoke.ts";
import { rotateKey } from "./routes/admin/api-keys-rotate.ts";
import { auditAnchors } from "./routes/admin/audit-anchors.ts";
import { auditLogs } from "./routes/admin/audit-logs.ts";
import { clientRoutes } from "./routes/admin/clients.ts";
import { databaseHealth } from "./routes/admin/db-health.ts";
import { evidenceRoutes } from "./routes/admin/evidence/evidence-routes.ts";
import { serviceRoutes } from "./routes/admin/fraud-services/services.ts";
import { testService } from "./routes/admin/fraud-services/test-service.ts";
import { fraudStats } from "./routes/admin/fraud-stats.ts";
import { gateRefusals } from "./routes/admin/gate-refusals.ts";
import { ipAnalysis } from "./routes/admin/ip-analysis.ts";
import { listRoutes } from "./routes/admin/lists/list-routes.ts";
import { reportRoutes } from "./routes/admin/reports/report-routes.ts";
import { backtestRoutes } from "./routes/admin/rules/backtest.ts";
import { ruleRoutes } from "./routes/admin/rules/rule-routes.ts";
import { ruleStats } from "./routes/admin/rules/rule-stats.ts";
import { singleRuleRoutes } from "./routes/admin/rules/single-rule.ts";
import { addUser, editUser, resetUserSecondFactor, users } from "./routes/admin/users.ts";
import { webhookRoutes } from "./routes/admin/webhooks/webhook-routes.ts";
import { analyze } from "./routes/analyze.ts";
import { refreshToken } from "./routes/auth/refresh.ts";
import { revokeToken } from "./routes/auth/revoke.ts";
import { issueToken } from "./routes/auth/token.ts";
import { batchAnalyze } from "./routes/batch-analyze.ts";
import { readDecision } from "./routes/decisions.ts";
import { docs, openapi } from "./routes/docs.ts";
import { appendEvents } from "./routes/events.ts";
import { health } from "./routes/health.ts";
import { receiveHook } from "./routes/hooks.ts";
import { readIpAddress } from "./routes/ip-address.ts";
import { labelDecision } from "./routes/label.ts";
import { meRoutes } from "./routes/me/me.ts";
import { secondFactorRoutes } from "./routes/me/second-factor.ts";
import { metrics } from "./routes/metrics.ts";
import { putProfile } from "./routes/profiles.ts";
import { serviceCard } from "./routes/service-card.ts";
import { stats } from "./routes/stats.ts";
import { putFeatures } from "./routes/stored-features.ts";
import { middlewareOf, onePass, type Step } from "./step.ts";

/** The whole surface. A route that is not here is not served. */
export const ROUTES: readonly Route[] = [
  serviceCard,
  health,
  openapi(() => ROUTES),
  docs,
  issueToken,
  refreshToken,
  revokeToken,
  ...meRoutes,
  ...secondFactorRoutes,
  analyze,
  batchAnalyze,
  appendEvents,
  readDecision,
  labelDecision,
  putProfile,
  putFeatures,
  readIpAddress,
  stats,
  ...backtestRoutes,
  ...ruleRoutes,
  listKeys,
  createKey,
  rotateKey,
  revokeKey,
  users,
  addUser,
  editUser,
  resetUserSecondFactor,
  ruleStats,
  fraudStats,
  ...alertRoutes,
  ...clientRoutes,
  auditLogs,
  auditAnchors,
  databaseHealth,
  ...evidenceRoutes,
  ...listRoutes,
  gateRefusals,
  ipAnalysis,
  ...webhookRoutes,
  ...serviceRoutes,
  testService,
  receiveHook,
  ...reportRoutes,
  metrics,
  ...singleRuleRoutes,
];

/** Called for every payment: answered by one handler instead of a chain of middlewares. */
const BUSY: readonly Route[] = [analyze, appendEvents];

/**
 * The HTTP application over services that the composition root made.
 * @param reportBug must work without any services
 * @param busy routes that one handler answers; the chain of middlewares answers them alike, and more slowly
 */
export function createApp(servicesOf: (env: unknown) => Services, reportBug: Log, busy = BUSY): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const answerBug = (error: Error, c: Context<AppEnv>): Response => {
    const id = c.get("requestId");
    reportBug("bug", { request_id: id ?? null, ...describeError(error) });
    return answerProblem(c, {
      status: 500,
      code: "internal_error",
      detail: `something is broken on our side; give the request id \`${id}\` to whoever runs this service`,
    });
  };
  const services: Step = {
    before(c) {
      c.set("services", servicesOf(c.env));
      return null;
    },
  };
  const always: readonly Step[] = [
    requestId,
    securityHeaders,
    services,
    accessLog,
    auditRequests(() => ROUTES),
    cors(methodsAt),
    refuseNul,
    refuseCardNumbers,
  ];
  // Before everything else: what passes is the origin's, and gets none of the API's headers.
  const gate = mountedGate(servicesOf);
  app.all("/gate", gate).all("/gate/*", gate);
  for (const route of busy) app.on(route.method, pathOf(route), onePass(route, [...always, ...stepsOf(route)], answerBug));
  app.use(...always.map(middlewareOf));
  app.use("/api/admin/*", middlewareOf(adminNetworks));
  for (const route of ROUTES) {
    if (busy.includes(route)) continue;
    const path = pathOf(route);
    for (const step of stepsOf(route)) app.on(route.method, path, middlewareOf(step));
    if (takesIdempotencyKey(route)) app.on(route.method, path, idempotency);
    app.on(route.method, path, (c) => route.handle(c));
  }
  app.notFound(async (c) => {
    const limited = await limitUnmatched(c);
    if (limited !== null) return limited;
    const allowed = methodsAt(c.req.path);
    if (allowed.length === 0)
      return answerProblem(c, {
        status: 404,
        code: "no_route",
        detail: `nothing is served at \`${c.req.path.slice(0, 200)}\`; see \`/docs\``,
      });
    c.header("allow", allowed.join(", "));
    return answerProblem(c, { status: 405, code: "method_not_allowed", detail: `\`${c.req.path}\` takes ${allowed.join(" and ")}` });
  });
  app.onError(answerBug);
  return app;
}

/** What stands before a route of its own: an open one has the limit of its address, any other a key and the limits of its caller, too. */
const stepsOf = (route: Route): readonly Step[] =>
  route.verb === null ? [limitAddress(route)] : [limitAddress(route), requireVerb(route.verb), limitCaller(route)];

const pathOf = ({ path }: Route): string => path.replace(/\{(\w+)\}/g, ":$1");

function methodsAt(path: string): string[] {
  const matches = (pattern: string): boolean => new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return ROUTES.filter((route) => matches(route.path)).map((route) => route.method.toUpperCase());
}
