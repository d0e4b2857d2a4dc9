import * as z from "zod";
import { GATE_MODES, type GateMode, strictest } from "./mode.ts";
import { decodeEscapes, readPath } from "./path-readings.ts";

export const Pattern = z.string().max(500).regex(/^\//, { error: "must begin with `/`" });

/** Modes by path pattern: `{"/checkout/*": "enforce"}`. `*` stands for any text, and `/checkout/*` is also `/checkout` itself. */
export const PathModes = z.record(Pattern, z.enum(GATE_MODES));
export type PathModes = z.infer<typeof PathModes>;

/** What the gate does with static assets that are read: nothing, or what it does with any other path. */
export const ASSET_RULES = ["skip", "check"] as const;
export type AssetRule = (typeof ASSET_RULES)[number];

/** The mode of one request; `pathname` as it was sent. */
export type GatePolicy = (method: string, pathname: string) => GateMode;

/** Not looked at unless a pattern of the deployment's says so: who renews a certificate or reads `security.txt` is no visitor of the shop. */
const SKIPPED: PathModes = { "/.well-known/*": "off" };
/** Of a file name's end; nothing that a server may compute a page for. */
const ASSET = /^[^.]*\/[^/]*\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp4|webm|mp3)$/i;

/** Of plain paths; two generations, so that a crawler cannot push out all that is in use. */
const CACHED = 512;
const LONGEST_CACHED = 200;

/**
 * Prepares a deployment's policy. The longest matching pattern decides, then the built-in ones; without any, static assets that are read are skipped
 * (a path with a dot before its last segment, as `/cart.php/a.css`, is none), and everything else gets `mode`.
 * A path that origins may read in several ways gets the strictest mode of all readings, and a malformed one at least the mode of unmatched paths.
 */
export function createGatePolicy(mode: GateMode, paths: PathModes, assets: AssetRule = "skip"): GatePolicy {
  const patterns = [...compilePatterns(paths), ...compilePatterns(SKIPPED)];
  const unmatched = Object.entries(paths).find(([pattern]) => /^\/\*+$/.test(pattern))?.[1] ?? mode;
  const limit = strictest([mode, ...Object.values(paths)]);

  const find = (path: string, form: "exact" | "folded"): GateMode | null =>
    patterns.find((pattern) => pattern[form].some((matches) => matches(path)))?.mode ?? null;
  const modeOf = (reading: string, isAsset: boolean): GateMode => {
    const path = reading.length > 1 && reading.endsWith("/") ? reading.slice(0, -1) : reading;
    const found = [find(path, "exact"), find(fold(path), "folded")];
    // Where one origin finds a pattern and another none, the path is no mere asset.
    const otherwise = isAsset && found.every((one) => one === null) ? "off" : mode;
    return strictest(found.map((one) => one ?? otherwise));
  };
  const judge = (isRead: boolean, pathname: string): GateMode => {
    const { kind, readings, isMalformed } = readPath(pathname);
    if (kind === "unbounded") return limit;
    const isAsset = kind === "plain" && assets === "skip" && isRead && ASSET.test(pathname);
    return strictest([...readings.map((reading) => modeOf(reading, isAsset)), ...(isMalformed ? [unmatched] : [])]);
  };
  const caches = { read: createModeCache((path) => judge(true, path)), written: createModeCache((path) => judge(false, path)) };
  return (method, pathname) => caches[method === "GET" || method === "HEAD" ? "read" : "written"](pathname);
}

/** Whether any path has a mode that looks addresses up: without one the gate needs no store. */
export function looksUp(mode: GateMode, paths: PathModes): boolean {
  return mode !== "off" || Object.values(paths).some((itsMode) => itsMode !== "off");
}

function createModeCache(judge: (path: string) => GateMode): (path: string) => GateMode {
  let recent = new Map<string, GateMode>();
  let older = new Map<string, GateMode>();
  return (path) => {
    const known = recent.get(path);
    if (known !== undefined) return known;
    const mode = older.get(path) ?? judge(path);
    if (path.length > LONGEST_CACHED) return mode;
    if (recent.size >= CACHED) [older, recent] = [recent, new Map()];
    recent.set(path, mode);
    return mode;
  };
}

type Match = (path: string) => boolean;
interface CompiledPattern {
  readonly mode: GateMode;
  /** As written, decoded and encoded: an origin may route on either. */
  readonly exact: readonly Match[];
  readonly folded: readonly Match[];
}

function compilePatterns(paths: PathModes): readonly CompiledPattern[] {
  return Object.entries(paths)
    .sort(([one], [other]) => other.length - one.length)
    .map(([pattern, mode]) => {
      const encoded = new URL(`http://gate${pattern.replace(/\/{2,}/g, "/")}`).pathname;
      const texts = [...new Set([encoded, decodeEscapes(encoded, { invalid: "kept", reserved: "read" })])];
      return { mode, exact: texts.map(compileGlob), folded: [...new Set(texts.map(fold))].map(compileGlob) };
    });
}

/** Linear in the path, whatever the pattern. */
function compileGlob(text: string): Match {
  const isTree = text.endsWith("/*");
  const [first = "", ...rest] = (isTree || text.length === 1 ? text : text.replace(/\/$/, "")).split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return (path) => path === first;
  const matches: Match = (path) => {
    if (!path.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = path.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return path.length - last.length >= at && path.endsWith(last);
  };
  return isTree ? (path) => matches(path) || matches(`${path}/`) : matches;
}

/** For origins that do not tell upper from lower case; by way of upper case, where `ſ` is `S` and `ı` is `I`. */
function fold(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase();
}
