import { FAMILIES, type FamilyName, familyOf, type Sample } from "./family.ts";

/** What Prometheus asks for (text format 0.0.4). */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Samples as Prometheus text, one block per family; a sample of no known family, or with other labels, is left out. */
export function renderMetrics(samples: readonly Sample[]): string {
  const blocks = new Map<FamilyName, { readonly sample: Sample; readonly labels: readonly string[] }[]>();
  for (const sample of samples) {
    const family = familyOf(sample.name);
    if (family === null || family.labels.length !== sample.labels.length) continue;
    const block = blocks.get(family.name) ?? [];
    block.push({ sample, labels: family.labels });
    blocks.set(family.name, block);
  }
  let text = "";
  for (const name of Object.keys(FAMILIES) as FamilyName[]) {
    const block = blocks.get(name);
    if (block === undefined) continue;
    text += `# HELP ${name} ${FAMILIES[name].help}\n# TYPE ${name} ${FAMILIES[name].type}\n`;
    for (const { sample, labels } of block.toSorted((a, b) => compare(a.sample, b.sample)))
      text += `${sample.name}${labelText(labels, sample.labels)} ${sample.value}\n`;
  }
  return text;
}

/** By name, then label by label; bounds of buckets by size, as the format asks. */
function compare(a: Sample, b: Sample): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  for (const [at, left] of a.labels.entries()) {
    const right = b.labels[at] ?? "";
    if (left === right) continue;
    if (a.name.endsWith("_bucket") && at === a.labels.length - 1) return boundOf(left) - boundOf(right);
    return left < right ? -1 : 1;
  }
  return 0;
}

const boundOf = (le: string): number => (le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le));

function labelText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return "";
  return `{${names.map((name, at) => `${name}="${escapeLabel(values[at] ?? "")}"`).join(",")}}`;
}

const escapeLabel = (value: string): string => value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
