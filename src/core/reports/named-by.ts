import type { NewReport } from "./report.ts";

/** Every entity that a finding names, the one it is about first; the same may come twice. */
export function namedBy({ entity, related }: Pick<NewReport, "entity" | "related">): { readonly kind: string; readonly value: string }[] {
  const of = (kind: string, values: readonly string[]) => values.map((value) => ({ kind, value }));
  const named = [...of("ip", related.addresses), ...of("device", related.devices), ...of("client", related.clients)];
  return entity === null ? named : [{ kind: entity.kind, value: entity.value }, ...named];
}
