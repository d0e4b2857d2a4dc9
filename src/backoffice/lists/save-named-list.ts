import type * as z from "zod";
import { contentHash, type Manifest } from "../../core/config/manifest.ts";
import { NAMED_LIST_TYPES, type NamedListType } from "../../core/config/named-list.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ManifestRecord } from "../../ports/configuration.ts";
import type { NamedList } from "../../ports/lists.ts";
import { makeLive, type PlannedVersion, planVersion } from "../make-live.ts";
import { type StaffPlan, type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import {
  listTarget,
  type NamedListDeps,
  type NamedListRefusal,
  readForChange,
  rereadList,
  tooMany,
  versionedList,
} from "./named-list-deps.ts";

/** Every change of what is live is a next version, and somebody else may be first. */
const MOST_ATTEMPTS = 10;

type Refused = StaffRefusal | NamedListRefusal;
interface Before {
  readonly record: ManifestRecord;
  readonly manifest: Manifest;
  readonly list: NamedList | null;
}
/** What a list is to be; null takes it away. */
export type WantedList = { readonly type: NamedListType; readonly description: string; readonly entries: readonly string[] } | null;
interface Saved {
  readonly version: PlannedVersion;
  readonly list: NamedList | null;
}
interface ListVerb<Call> {
  readonly action: string;
  readonly input: z.ZodType<Call>;
  /** What the list is to be, from what it is. */
  readonly want: (deps: NamedListDeps, call: Call, before: Before) => Promise<Result<WantedList, Refused>>;
}
export type ListAction = (
  deps: NamedListDeps,
  context: StaffContext,
  input: unknown,
) => Promise<Result<{ readonly list: NamedList | null; readonly seq: number }, Refused>>;

/**
 * Makes a verb on one named list: its new entries, the list and the next manifest (same rules) are one write, and then live for decisions, which
 * load them after their answer. Two editors of one list conflict; one of the rules only makes it wait its turn.
 */
export function namedListAction<Call extends { readonly name: string; readonly version?: number | undefined }>(
  verb: ListVerb<Call>,
): ListAction {
  const save = staffAction<NamedListDeps, Call, Saved, NamedListRefusal>({
    verb: "lists.edit",
    action: verb.action,
    input: verb.input,
    plan: async (deps, call, context) => {
      const before = await readForChange(deps, call.name);
      if (!before.ok) return before;
      const wanted = await verb.want(deps, call, before.value);
      return wanted.ok ? planList(deps, call, before.value, wanted.value, context) : wanted;
    },
  });
  return async (deps, context, input) => {
    for (let attempt = 1; ; attempt++) {
      const saved = await save(deps, context, input);
      if (
        !saved.ok &&
        saved.error.kind === "conflict" &&
        attempt < MOST_ATTEMPTS &&
        isOthersTurn(saved.error.current?.version, context, input)
      )
        continue;
      if (!saved.ok) return saved;
      const { version, list } = saved.value;
      const live = await makeLive(deps, version);
      return live.ok ? ok({ list, seq: version.record.seq }) : live;
    }
  };
}

async function planList(
  deps: NamedListDeps,
  call: { readonly name: string; readonly version?: number | undefined },
  { record, manifest, list: current }: Before,
  wanted: WantedList,
  context: StaffContext,
): Promise<Result<StaffPlan<Saved>, Refused>> {
  const { name } = call;
  const { [name]: _, ...others } = manifest.lists;
  const author = context.actor.name ?? context.actor.id;
  const about = { kind: "list", author, message: `list \`${name}\`` } as const;
  const common = {
    target: listTarget(name),
    current: current === null ? null : versionedList(current),
    expected: call.version,
    reread: () => rereadList(deps, name),
  };
  if (wanted === null) {
    const version = await planVersion(record, { lists: others }, about);
    const change = deps.manifests.saving(version.record, version.contents);
    return ok({ ...common, change, also: [deps.named.dropping(name)], after: null, output: { version, list: null } });
  }
  const many = tooMany(wanted.entries.length);
  if (many !== null) return many;
  const text = JSON.stringify({ type: wanted.type, entries: wanted.entries });
  const hash = await contentHash(text);
  const list: NamedList = {
    ...{ name, type: wanted.type, description: wanted.description, hash, entries: wanted.entries.length },
    ...{ version: (current?.version ?? 0) + 1, updatedAtMs: context.nowMs, updatedBy: context.actor.id },
  };
  const lists = { ...others, [name]: { type: wanted.type, hash } };
  const version = await planVersion(record, { lists, contents: [{ hash, kind: "list", text }] }, about);
  const change = deps.manifests.saving(version.record, version.contents);
  return ok({ ...common, change, also: [deps.named.saving(list)], after: versionedList(list).state, output: { version, list } });
}

/** Whether somebody else only took the next version, and the list is as the caller saw it, or named no version of it. */
function isOthersTurn(now: number | undefined, context: StaffContext, input: unknown): boolean {
  const named = typeof input === "object" && input !== null && "version" in input ? input.version : undefined;
  const seen = named ?? context.ifVersion ?? undefined;
  return seen === undefined || seen === now;
}

/** The type of a list as it is stored. */
export function typeOfList({ type }: NamedList): NamedListType {
  const known = NAMED_LIST_TYPES.find((one) => one === type);
  if (known === undefined) throw new Error(`a named list of the unknown type ${type}`);
  return known;
}

/** A list that must be there. */
export function existing(list: NamedList | null, name: string): Result<NamedList, StaffRefusal> {
  return list === null ? err({ kind: "not_found", detail: `there is no list \`${name}\`` }) : ok(list);
}
