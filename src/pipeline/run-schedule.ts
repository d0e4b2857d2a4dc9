import { describeError } from "../core/log/describe-error.ts";
import { forgetAddresses } from "./address-analysis/forget-addresses.ts";
import { anchorAudit } from "./anchor-audit.ts";
import { resumeBacktests } from "./backtest/resume-backtests.ts";
import { forgetTraffic, raiseSmartAlerts } from "./baselines/raise-smart-alerts.ts";
import { forgetRuleCounts } from "./count-rules.ts";
import { sweepEvidence } from "./evidence/sweep-evidence.ts";
import { forgetServiceCounts } from "./external-checks/check-meter.ts";
import { importDueFeeds } from "./feeds/import-due-feeds.ts";
import { reconcileLists, sweepFeeds } from "./lists/reconcile-lists.ts";
import { reconcileNamedLists } from "./lists/reconcile-named-lists.ts";
import { appendUnconfirmed, movePending } from "./move-pending.ts";
import { advanceErasures } from "./privacy/advance-erasure.ts";
import { reconcileConfig } from "./reconcile-config.ts";
import { closeOverdue } from "./reports/close-overdue.ts";
import { enforceRetention } from "./retention/enforce-retention.ts";
import type { Services, WaitUntil } from "./services.ts";
import { watchBlockRates } from "./watch-block-rate.ts";
import { deliverWebhooks } from "./webhooks/deliver-webhooks.ts";

const JOB_BUDGET_MS = 60_000;

type Job = (services: Services, waitUntil: WaitUntil) => Promise<unknown>;

/** What each cron of wrangler.toml does. */
const JOBS: Readonly<Record<string, readonly (readonly [string, Job])[]>> = {
  "* * * * *": [
    ["move_pending", movePending],
    ["append_unconfirmed", appendUnconfirmed],
    ["reconcile_config", reconcileConfig],
    ["reconcile_named_lists", reconcileNamedLists],
    ["import_due_feeds", importDueFeeds],
    ["reconcile_lists", reconcileLists],
    ["watch_block_rates", watchBlockRates],
    ["resume_backtests", resumeBacktests],
    ["advance_erasures", advanceErasures],
    ["close_overdue", closeOverdue],
    // Last: strangers may take their time.
    ["deliver_webhooks", (services) => deliverWebhooks(services)],
  ],
  "*/5 * * * *": [
    ["refresh_client_statistics", (services) => services.maintenance.refreshClientStatistics(JOB_BUDGET_MS)],
    ["raise_smart_alerts", raiseSmartAlerts],
  ],
  "0 * * * *": [
    ["update_behavioural_patterns", (services) => services.maintenance.updateBehaviouralPatterns(services.clock(), JOB_BUDGET_MS)],
    ["anchor_audit", anchorAudit],
    ["forget_traffic", forgetTraffic],
    ["sweep_feeds", sweepFeeds],
    ["forget_addresses", forgetAddresses],
    ["forget_rule_counts", forgetRuleCounts],
    ["forget_service_counts", forgetServiceCounts],
    ["enforce_retention", enforceRetention],
    ["sweep_evidence", sweepEvidence],
    ["maintain_partitions", (services) => services.maintenance.maintainPartitions(services.clock(), services.retentionDays, JOB_BUDGET_MS)],
  ],
};

/** Runs the jobs of one cron; a failed job is logged and does not keep the others from running. */
export async function runSchedule(services: Services, cron: string, waitUntil: WaitUntil): Promise<void> {
  for (const [name, job] of JOBS[cron] ?? []) {
    const startMs = services.clock();
    try {
      const result = await job(services, waitUntil);
      const failed = result === null || (typeof result === "object" && "ok" in result && result.ok === false);
      services.log(failed ? "job_failed" : "job_done", { job: name, ms: services.clock() - startMs });
    } catch (cause) {
      services.log("job_failed", {
        job: name,
        ms: services.clock() - startMs,
        ...describeError(cause),
      });
    }
  }
}
