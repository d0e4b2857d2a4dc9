/** A dotted path into JSON, such as `data.0.score`: object keys and array places. */
export const JSON_PATH = /^[\w$-]{1,64}(?:\.[\w$-]{1,64}){0,7}$/;

/** What stands at a path of parsed JSON; undefined where the way ends before. Own properties only. */
export function readJsonPath(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const step of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

/** Whether JSON nests at most so many levels: asked before anything that visits it by recursion. */
export function depthWithin(json: unknown, levels: number): boolean {
  let level: readonly unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return false;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return true;
}
