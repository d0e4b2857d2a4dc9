import { Manifest } from "../core/config/manifest.ts";
import { nextManifest } from "../core/config/next-manifest.ts";
import { rulesetPublished } from "../core/config/ruleset-published.ts";
import { previousVersion } from "../core/guard/previous-version.ts";
import { err, ok } from "../core/result.ts";
import type { Answer } from "../ports/answer.ts";
import type { ManifestRecord } from "../ports/configuration.ts";
import type { StaffChange } from "../ports/staff-writes.ts";
import { reconcileConfig } from "./reconcile-config.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 5_000;
/** A version to return to is looked for this far back, a page at a time: lists that change often make many versions. */
const PAGE = 100;
const MAX_PAGES = 20;

/** What came of taking a version back. */
export type Rollback =
  /** The rules of version `to` are live again, as version `seq`. */
  | { readonly kind: "rolled_back"; readonly to: number; readonly seq: number }
  /** There is no version to go back to. */
  | { readonly kind: "no_previous" }
  /** Another consumer took it back first. */
  | { readonly kind: "taken_back" }
  /** Something newer was published: it is not this version's to undo. */
  | { readonly kind: "superseded" };

/**
 * Brings back the rules and features from before a version that blocks too much, as a new version with an audit row by `system:guard`; lists
 * and models stay as they are. Of consumers that do it at once one does. What Redis or KV did not take follows with the schedule.
 * @param alongWith what else is written with it, made from what it did
 */
export async function rollBackBreach(
  services: Services,
  breaching: number,
  alongWith: (done: Rollback & { kind: "rolled_back" }) => StaffChange,
): Answer<Rollback> {
  const read = await readHistory(services, breaching);
  if (!read.ok) return read;
  const { records, previous } = read.value;
  const [latest] = records;
  if (records.some(({ kind, parent }) => kind === "guard" && parent === breaching)) return ok({ kind: "taken_back" });
  if (latest === undefined || latest.seq !== breaching) return ok({ kind: "superseded" });
  if (previous === null) return ok({ kind: "no_previous" });
  const done = { kind: "rolled_back", to: previous.seq, seq: breaching + 1 } as const;
  const saved = await save(services, latest, previous, alongWith(done));
  if (!saved.ok) return saved;
  // Somebody took the next number first: who and why is in the history now.
  if (saved.value !== "made") return rollBackBreach(services, breaching, alongWith);
  services.log("breach_rolled_back", { from: breaching, to: previous.seq, seq: done.seq });
  if ((await reconcileConfig(services)) === null) services.log("rollback_delayed", { seq: done.seq });
  return ok(done);
}

interface History {
  /** Newest first. */
  readonly records: readonly ManifestRecord[];
  /** The version to bring back for the breaching one. */
  readonly previous: ManifestRecord | null;
}

/** Versions from the latest on, until the one to bring back is among them. */
async function readHistory(services: Services, breaching: number): Answer<History> {
  const records: ManifestRecord[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const more = await services.config.manifests.history({ beforeSeq: records.at(-1)?.seq ?? null, limit: PAGE }, BUDGET_MS);
    if (!more.ok) return more;
    records.push(...more.value);
    const steps = records.map(({ seq, kind, parent, text }) => ({ seq, kind, parent, rules: rulesOf(text) }));
    const wanted = previousVersion(steps, breaching);
    if (wanted !== null || more.value.length < PAGE)
      return ok({ records, previous: records.find(({ seq }) => seq === wanted?.seq) ?? null });
  }
  return ok({ records, previous: null });
}

async function save(
  services: Services,
  latest: ManifestRecord,
  previous: ManifestRecord,
  also: StaffChange,
): Answer<"made" | "stale" | "taken"> {
  const before = manifestOf(latest.text);
  const { ruleset, features } = manifestOf(previous.text);
  const { manifest, text, hash } = await nextManifest(latest.text, { ruleset, features });
  const message = `version ${latest.seq} blocked more than its \`maxBlockRate\`: back to version ${previous.seq}`;
  const version = { seq: manifest.seq, hash, text, author: "system:guard", message, kind: "guard", source: previous.source } as const;
  const audit = {
    id: services.newId(),
    atMs: services.clock(),
    world: "live",
    actor: { id: "system:guard", name: "block rate guard", role: null },
    action: "ruleset.rollback",
    target: { kind: "ruleset", id: "live", isPersonal: false },
    success: true,
    address: null,
    requestId: `guard:${latest.seq}`,
    details: {
      before: { seq: latest.seq, ruleset: before.ruleset, features: before.features, message: latest.message },
      after: { seq: manifest.seq, ruleset, features, message },
    },
    personal: null,
  } as const;
  const told = services.webhooks.adding(rulesetPublished(version, services.clock()));
  const change = services.config.manifests.saving(version, [{ hash, kind: "manifest", text }]);
  const committed = await services.staff.commit({ change, also: [also, told], audit }, BUDGET_MS);
  return committed.ok ? committed : err(committed.error);
}

/** Ruleset and features as one: a version may differ from the one before in its features alone. */
function rulesOf(text: string): string {
  const { ruleset, features } = manifestOf(text);
  return `${ruleset} ${features}`;
}

const manifestOf = (text: string): Manifest => Manifest.parse(JSON.parse(text));
