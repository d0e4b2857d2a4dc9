/** Every path that some origin may take a request path for, the path itself among them. */
export interface PathReadings {
  /** `plain`: all origins read this path alike. `odd`: they may not. `unbounded`: more readings than are worked out. */
  readonly kind: "plain" | "odd" | "unbounded";
  readonly readings: readonly string[];
  /** An escape that is no escape, bytes that are not UTF-8, or a NUL. */
  readonly isMalformed: boolean;
}

/** They bound the work for one request to less than a millisecond, twenty steps a reading. Ordinary paths have up to six readings. */
const MOST_READINGS = 48;
const MOST_CHARACTERS = 3_000;
const LONGEST = 2_048;

/** A NUL, or an escape that is none. */
const MALFORMED = /\0|%00|%(?![0-9a-f]{2})/i;
const SCRIPT = "\\.(?:php\\d?|phtml|phar|aspx?|ashx|asmx|jspx?|jsf|cgi|fcgi|pl|cfm)";
/** Escapes, path parameters, backslashes, decoded delimiters, spaces, controls, non-ASCII, empty segments, a dot that ends a segment, and scripts with a path. */
const ODD = new RegExp(`^[^/]|[%;\\\\?#]|[^\\x21-\\x7e]|//|\\.(?:/|$)|${SCRIPT}/`, "i");

/**
 * What origins may do to a path before they route it. Each step alone is what some server does; readings are all paths that any steps in any order
 * lead to, so the order that an origin has need not be known.
 */
const STEPS: readonly ((path: string) => string)[] = [
  (path) => (path.startsWith("/") ? path : `/${path}`),
  // Byte by byte, taking overlong UTF-8, `%u002f` and Latin-1 for what they stand for.
  (path) => decodeEscapes(path, { invalid: "read", reserved: "read" }),
  (path) => decodeEscapes(path, { invalid: "kept", reserved: "read" }),
  // As `decodeURI` does: `%2f`, `%3b` and their like stay.
  (path) => decodeEscapes(path, { invalid: "kept", reserved: "kept" }),
  // Run by run, as Hono does: one bad byte leaves its neighbours encoded.
  (path) => path.replace(RUN, (run) => decodeRun(run) ?? run),
  (path) => path.replace(/;[^/]*/g, ""),
  (path) => path.replaceAll("\\", "/"),
  (path) => path.replace(/\/{2,}/g, "/"),
  (path) => resolveDots(path, /^\.{1,2}$/),
  (path) => resolveDots(path, /^(?:\.|%2e){1,2}$/i),
  ...["\0", "?", "#", ";"].map((end) => (path: string) => cutBefore(path, end)),
  // URL parsers drop tabs and newlines, others every control character.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this step removes
  (path) => path.replace(/[\0-\x1f\x7f]/g, ""),
  // Windows drops dots and spaces that end a name.
  (path) => (/[. ](?:\/|$)/.test(path) ? path.split("/").map(withoutTail).join("/") : path),
  // Full-width and other forms of letters, dots and slashes.
  (path) => (NON_ASCII.test(path) ? path.normalize("NFKC").replace(SLASH_LIKE, "/").replace(BACKSLASH_LIKE, "\\") : path),
  // `/index.php/cart` runs a script, which may take the rest for its own path.
  (path) => path.replace(SCRIPT_WITH_PATH, "$1"),
  (path) => path.replace(SCRIPT_WITH_PATH, "$2"),
];
const NON_ASCII = /[^\0-\x7f]/;
const SLASH_LIKE = /[\u2044\u2215\u29f8]/g;
const BACKSLASH_LIKE = /[\u2216\u29f5\u29f9]/g;
const SCRIPT_WITH_PATH = new RegExp(`^(.*?${SCRIPT})(/.*)$`, "is");

/** Works out the readings of a path as it was sent, without its query. */
export function readPath(path: string): PathReadings {
  if (!ODD.test(path)) return { kind: "plain", readings: [path], isMalformed: false };
  const isMalformed = MALFORMED.test(path) || (path.match(RUN) ?? []).some((run) => decodeRun(run) === null);
  if (path.length > LONGEST) return { kind: "unbounded", readings: [], isMalformed };
  const readings = new Set([path]);
  let characters = path.length;
  // A set that grows while it is walked is walked to its end.
  for (const reading of readings) {
    for (const step of STEPS) {
      if (characters > MOST_CHARACTERS || readings.size > MOST_READINGS) return { kind: "unbounded", readings: [], isMalformed };
      const next = step(reading);
      if (readings.has(next)) continue;
      readings.add(next);
      characters += next.length;
    }
  }
  return { kind: "odd", readings: [...readings], isMalformed };
}

interface Decoding {
  /** What becomes of bytes that are not UTF-8: read as overlong UTF-8 or Latin-1, or kept as escapes. */
  readonly invalid: "read" | "kept";
  /** What becomes of escaped delimiters. */
  readonly reserved: "read" | "kept";
}

const RUN = /(?:%[0-9a-f]{2})+/gi;
const RESERVED = new Set([..."/\\;?#:@&=+$,%"].map((character) => character.charCodeAt(0)));

/** Decodes each escape by itself: one that is malformed stays and does not spare its neighbours. */
export function decodeEscapes(path: string, { invalid, reserved }: Decoding): string {
  if (!path.includes("%")) return path;
  const decoded = path.replace(RUN, (run) => {
    let text = "";
    for (let at = 0; at < run.length; ) {
      const codePoint = utf8At(run, at);
      const length = codePoint < 0 ? 3 : 3 * utf8Length(codePoint);
      if (codePoint >= 0 && !(reserved === "kept" && RESERVED.has(codePoint))) {
        text += String.fromCodePoint(codePoint);
        at += length;
      } else if (codePoint >= 0 || invalid === "kept") {
        text += run.slice(at, at + length);
        at += length;
      } else {
        const overlong = overlongAt(run, at);
        text += String.fromCodePoint(overlong?.codePoint ?? byteAt(run, at));
        at += overlong?.length ?? 3;
      }
    }
    return text;
  });
  if (invalid === "kept") return decoded;
  return decoded.replace(/%u([0-9a-f]{4})/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));
}

/** A run of escapes; null when it is not UTF-8. */
function decodeRun(run: string): string | null {
  let text = "";
  for (let at = 0; at < run.length; ) {
    const codePoint = utf8At(run, at);
    if (codePoint < 0) return null;
    text += String.fromCodePoint(codePoint);
    at += 3 * utf8Length(codePoint);
  }
  return text;
}

const utf8Length = (codePoint: number): number => (codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4);
const LEAST_CODE_POINT = [0, 0x80, 0x800, 0x1_0000];

/** The code point that the escapes at a place stand for in UTF-8, or -1. `decodeURIComponent` would throw, which takes a hundred times as long. */
function utf8At(run: string, at: number): number {
  const first = byteAt(run, at);
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return -1;
  const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  const codePoint = joinBytes(run, at, following);
  const isSurrogate = codePoint >= 0xd800 && codePoint < 0xe000;
  return codePoint < (LEAST_CODE_POINT[following] ?? 0) || codePoint > 0x10_ffff || isSurrogate ? -1 : codePoint;
}

/** What escapes that are not UTF-8 stand for where a decoder takes more bytes than are needed. */
function overlongAt(run: string, at: number): { readonly codePoint: number; readonly length: number } | null {
  const first = byteAt(run, at);
  if (first < 0xc0) return null;
  const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  const codePoint = joinBytes(run, at, following);
  return codePoint < 0 || codePoint > 0x10_ffff ? null : { codePoint, length: 3 * (1 + following) };
}

/** The bits of a first byte and those that follow; -1 when one of them is missing or no continuation. */
function joinBytes(run: string, at: number, following: number): number {
  let codePoint = byteAt(run, at) & (0x3f >> following);
  for (let place = at + 3; place <= at + 3 * following; place += 3) {
    const byte = place < run.length ? byteAt(run, place) : 0;
    if (byte < 0x80 || byte >= 0xc0) return -1;
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  return codePoint;
}

const byteAt = (run: string, place: number): number => hexDigit(run.charCodeAt(place + 1)) * 16 + hexDigit(run.charCodeAt(place + 2));
const hexDigit = (unit: number): number => (unit < 0x3a ? unit - 0x30 : (unit | 0x20) - 0x57);

function resolveDots(path: string, dots: RegExp): string {
  if (!path.includes(".") && !/%2e/i.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [place, segment] of segments.entries()) {
    if (!dots.test(segment)) kept.push(segment);
    else {
      if (segment.replace(/%2e/gi, ".") === "..") kept.pop();
      if (place === segments.length - 1) kept.push("");
    }
  }
  return `/${kept.join("/")}`;
}

/** A loop, because a pattern that ends in a run of spaces takes the square of their number. */
function withoutTail(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === " " || name[end - 1] === ".")) end -= 1;
  if (end > 0) return name.slice(0, end);
  // Dots alone stay: they are no tail but a dot segment.
  return name.replaceAll(" ", "");
}

function cutBefore(path: string, end: string): string {
  const at = path.indexOf(end);
  return at < 0 ? path : path.slice(0, at);
}
