import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAMILIES, familyOf } from "../../src/core/metrics/family.ts";
import { REPOSITORY } from "../../src/tools/local/repository.ts";

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const dashboard = JSON.parse(readFileSync(join(REPOSITORY, "deploy/grafana/tollgate.json"), "utf8")) as {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
};
const graphs = dashboard.panels.filter((panel) => panel.type !== "row");
const queries = [
  ...graphs.flatMap(({ title, targets = [] }) => targets.map(({ expr, legendFormat }) => ({ title, expr, legend: legendFormat }))),
  ...dashboard.annotations.list.map(({ expr }) => ({ title: "annotation", expr, legend: "" })),
];
const namesIn = (expr: string): string[] => [...expr.matchAll(/\btollgate_\w+/g)].map(([name]) => name);

test.each(queries)("$title: `$expr` asks for metrics and labels that exist", ({ expr, legend }) => {
  const names = namesIn(expr);
  expect(names.length).toBeGreaterThan(0);
  const labels = new Set<string>();
  for (const name of names) {
    const family = familyOf(name);
    expect(family, name).not.toBeNull();
    for (const label of family?.labels ?? []) labels.add(label);
    const selected = new RegExp(`${name}\\{([^}]*)\\}`).exec(expr)?.[1] ?? "";
    for (const [, label] of selected.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)) expect(family?.labels).toContain(label);
  }
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? "").split(",").map((label) => label.trim()));
  for (const label of grouped) expect([...labels]).toContain(label);
  for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(grouped).toContain(label);
});

test("counters are looked at by their rate, gauges as they are", () => {
  for (const { expr } of queries) {
    for (const name of namesIn(expr)) {
      const family = familyOf(name);
      const isCounter = family !== null && FAMILIES[family.name].type !== "gauge";
      expect(new RegExp(`rate\\(${name}\\b`).test(expr), expr).toBe(isCounter);
    }
  }
});

test("every metric has its place on the dashboard", () => {
  const shown = new Set(queries.flatMap(({ expr }) => namesIn(expr)).map((name) => familyOf(name)?.name));
  expect(Object.keys(FAMILIES).filter((name) => !shown.has(name as keyof typeof FAMILIES))).toEqual([]);
});

test("panels stand beside each other and never on top of one another", () => {
  for (const [at, a] of dashboard.panels.entries()) {
    expect(a.gridPos.x + a.gridPos.w).toBeLessThanOrEqual(24);
    for (const b of dashboard.panels.slice(at + 1)) {
      const [p, q] = [a.gridPos, b.gridPos];
      const isOver = p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
      expect(isOver, `${a.title} and ${b.title}`).toBe(false);
    }
  }
});
