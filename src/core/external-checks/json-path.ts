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
