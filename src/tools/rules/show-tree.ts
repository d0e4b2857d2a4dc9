import type { ExplainedNode } from "../../core/rules/explain.ts";

const SIGNS = { true: "+", false: "-", unknown: "?" } as const;

/** A condition with what each test saw, a line each: `+` true, `-` false, `?` unknown. */
export function treeLines(node: ExplainedNode, depth = 0): string[] {
  const head = `${"  ".repeat(depth)}${SIGNS[node.verdict]} `;
  if (node.kind === "test") return [`${head}${node.feature} ${node.operator} ${againstText(node.against)}: ${sawText(node.saw)}`];
  const name = node.kind === "define" ? node.name : NAMES[node.kind];
  return [`${head}${name}`, ...node.of.flatMap((part) => treeLines(part, depth + 1))];
}

type Test = Extract<ExplainedNode, { readonly kind: "test" }>;

const NAMES = { all: "all of", any: "any of", not: "not" } as const;

const sawText = ({ state, value }: Test["saw"]): string =>
  state === "missing" ? "missing" : value === null ? "absent" : `is ${JSON.stringify(value)}`;

function againstText(against: Test["against"]): string {
  if (against === null || typeof against !== "object" || !("state" in against)) return JSON.stringify(against);
  const { feature, times, plus } = against;
  const scaled = `${times === undefined ? "" : `${times} × `}${feature ?? ""}${plus === undefined ? "" : ` + ${String(plus)}`}`;
  return `${scaled} (which ${sawText(against)})`;
}
