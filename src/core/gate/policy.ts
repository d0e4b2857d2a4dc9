import * as z from "zod";
import { canonicalPath } from "./canonical-path.ts";
import { GATE_MODES, type GateMode } from "./mode.ts";

const Pattern = z.string().max(500).regex(/^\//, { error: "must begin with `/`" });

/** Modes by path pattern: `{"/checkout/*": "enforce"}`. `*` stands for any text, and `/checkout/*` is also `/checkout` itself. */
export const PathModes = z.record(Pattern, z.enum(GATE_MODES));
export type PathModes = z.infer<typeof PathModes>;

/** The mode of one request; `pathname` as the URL has it. */
export type GatePolicy = (method: string, pathname: string) => GateMode;

/** Never looked at: who renews a certificate or reads `security.txt` is no visitor of the shop. */
const SKIPPED = { "/.well-known/*": "off" } as const;
/** Of a file name's end; nothing that a server may compute a page for. */
const ASSET = /^[^.]*\/[^/]*\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp4|webm|mp3)$/;

/**
 * Prepares a deployment's policy. The longest matching pattern decides; without one, static assets that are read are skipped
 * (a path with a dot before its last segment, as `/cart.php/a.css`, is none), and everything else gets `mode`.
 */
export function createGatePolicy(mode: GateMode, paths: PathModes): GatePolicy {
  const patterns = Object.entries({ ...SKIPPED, ...paths })
    .map(([pattern, itsMode]) => ({ matches: compilePattern(pattern), length: pattern.length, mode: itsMode }))
    .sort((a, b) => b.length - a.length);
  return (method, pathname) => {
    const path = canonicalPath(pathname);
    for (const pattern of patterns) if (pattern.matches.test(path)) return pattern.mode;
    return (method === "GET" || method === "HEAD") && ASSET.test(path) ? "off" : mode;
  };
}

/** Whether any path has a mode that looks addresses up: without one the gate needs no store. */
export function looksUp(mode: GateMode, paths: PathModes): boolean {
  return mode !== "off" || Object.values(paths).some((itsMode) => itsMode !== "off");
}

function compilePattern(pattern: string): RegExp {
  const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*");
  const isTree = pattern.endsWith("/*");
  const path = canonicalPath(isTree ? pattern.slice(0, -1) : pattern);
  return new RegExp(isTree ? `^${escape(path.replace(/\/$/, ""))}(?:/.*)?$` : `^${escape(path)}$`, "s");
}
