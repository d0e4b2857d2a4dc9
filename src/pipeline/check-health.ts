import type { Result } from "../core/result.ts";
import type { SourceFault } from "../ports/answer.ts";
import type { Services, WaitUntil } from "./services.ts";

const BUDGET_MS = 500;

interface Part {
  readonly status: "up" | "down" | "loading" | "none";
  readonly detail?: string;
  /** How long a store took to answer, in the clock of where this runs. */
  readonly roundTripMs?: number;
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
  const startMs = services.clock();
  const timed = async <T>(asked: Promise<T>) => ({ answer: await asked, roundTripMs: services.clock() - startMs });
  const [pointer, fallback, record] = await Promise.all([
    timed(redis.read(BUDGET_MS)),
    timed(kv.read(BUDGET_MS)),
    timed(manifests.latest(BUDGET_MS)),
  ]);
  await services.live.follow(pointer.answer.ok ? pointer.answer.value : null, BUDGET_MS, waitUntil);
  const { seq, ruleset, features, fault } = services.live.health();
  const model = services.model.state();
  const parts: Record<string, Part> = {
    redis: storePart(pointer),
    postgres: storePart(record),
    kv: storePart(fallback),
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

function storePart({ answer, roundTripMs }: { readonly answer: Result<unknown, SourceFault>; readonly roundTripMs: number }): Part {
  return answer.ok ? { status: "up", roundTripMs } : { status: "down", detail: answer.error.reason };
}
