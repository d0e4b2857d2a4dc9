/** Every path that some origin may take a request path for, the path itself among them. */
export interface PathReadings {
  /** `plain`: all origins read this path alike. `odd`: they may not. `unbounded`: more readings than are worked out. */
  readonly kind: "plain" | "odd" | "unbounded";
  readonly readings: readonly string[];
  /** An escape that is no escape, bytes that are not UTF-8, or a NUL. */
  readonly isMalformed: boolean;
}

/** They bound the work for one request: past the platform's limit of CPU time it would go to the origin unjudged. */
const MOST_READINGS = 200;
const MOST_CHARACTERS = 12_000;
const LONGEST = 2_048;

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
  (path) => path.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeStrictly(run) ?? run),
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
  const isMalformed = path.includes("\0") || path.includes("%00") || decodeStrictly(path) === null;
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

const RESERVED = new Set([..."/\\;?#:@&=+$,%"]);

/** Decodes each escape by itself: one that is malformed stays and does not spare its neighbours. */
export function decodeEscapes(path: string, { invalid, reserved }: Decoding): string {
  if (!path.includes("%")) return path;
  const decoded = path.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    let text = "";
    for (let at = 0; at < run.length; ) {
      const { character, length } = readCharacter(run, at, invalid);
      const isKept = character === null || (reserved === "kept" && RESERVED.has(character));
      text += isKept ? run.slice(at, at + length) : character;
      at += length;
    }
    return text;
  });
  if (invalid === "kept") return decoded;
  return decoded.replace(/%u([0-9a-f]{4})/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));
}

/** The character at a place in a run of escapes, and the length of its escapes. */
function readCharacter(
  run: string,
  at: number,
  invalid: Decoding["invalid"],
): { readonly character: string | null; readonly length: number } {
  const byteAt = (place: number): number => Number.parseInt(run.slice(place + 1, place + 3), 16);
  const first = byteAt(at);
  if (first < 0x80) return { character: String.fromCharCode(first), length: 3 };
  const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  const length = 3 * (1 + following);
  const escapes = run.slice(at, at + length);
  const strict = decodeStrictly(escapes);
  if (strict !== null && escapes.length === length) return { character: strict, length };
  if (invalid === "kept") return { character: null, length: 3 };
  let codePoint = first & (0x3f >> following);
  for (let place = at + 3; place < at + length; place += 3) {
    const byte = byteAt(place);
    if (!(byte >= 0x80 && byte < 0xc0)) return { character: String.fromCharCode(first), length: 3 };
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  const isOverlong = first >= 0xc0 && codePoint <= 0x10_ffff;
  return isOverlong ? { character: String.fromCodePoint(codePoint), length } : { character: String.fromCharCode(first), length: 3 };
}

function decodeStrictly(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

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
