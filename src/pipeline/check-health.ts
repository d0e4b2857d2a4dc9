import type { Services, WaitUntil } from "./services.ts";

const BUDGET_MS = 500;

interface Part {
  readonly status: "up" | "down" | "loading" | "none";
  readonly detail?: string;
}
export interface HealthReport {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly is_model_loaded: boolean;
  readonly parts: Readonly<Record<string, Part>>;
  readonly versions: {
    readonly seq: number | null;
    readonly ruleset: string | null;
    readonly features: string | null;
    readonly model: string | null;
  };
}

/** Asks every part; unhealthy only when nothing can decide: no ruleset in force. */
export async function checkHealth(services: Services, waitUntil: WaitUntil): Promise<HealthReport> {
  const { redis, kv, manifests } = services.config;
  const [pointer, fallback, record] = await Promise.all([redis.read(BUDGET_MS), kv.read(BUDGET_MS), manifests.latest(BUDGET_MS)]);
  await services.live.follow(pointer.ok ? pointer.value : null, BUDGET_MS, waitUntil);
  const { seq, ruleset, features, fault } = services.live.health();
  const model = services.model.state();
  const parts: Record<string, Part> = {
    redis: pointer.ok ? { status: "up" } : { status: "down", detail: pointer.error.reason },
    postgres: record.ok ? { status: "up" } : { status: "down", detail: record.error.reason },
    kv: fallback.ok ? { status: "up" } : { status: "down", detail: fallback.error.reason },
    model:
      model === "ready"
        ? { status: "up" }
        : model === "loading"
          ? { status: "loading" }
          : { status: "down", detail: "the model could not be loaded" },
    ruleset:
      seq === null
        ? { status: "none", detail: fault?.reason ?? "nothing was published yet" }
        : fault === null
          ? { status: "up" }
          : { status: "up", detail: `version ${fault.seq} is not in force: ${fault.reason}` },
  };
  const isWhole = fault === null && Object.values(parts).every(({ status }) => status === "up");
  return {
    status: seq === null ? "unhealthy" : isWhole ? "healthy" : "degraded",
    is_model_loaded: model === "ready",
    parts,
    versions: { seq, ruleset, features, model: services.model.version() },
  };
}
