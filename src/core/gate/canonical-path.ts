/**
 * A path as policies compare it: percent-decoded once, without empty and dot segments, path parameters and a trailing slash, in lower case.
 * Two spellings that an origin may serve alike get one policy. A malformed escape stays as it is.
 */
export function canonicalPath(pathname: string): string {
  // Most paths are canonical already, and are only looked at.
  if (!NEEDS_WORK.test(pathname)) return pathname;
  const kept: string[] = [];
  for (const segment of decode(pathname).replaceAll("\\", "/").split("/")) {
    const [name = ""] = segment.split(";");
    if (name === "..") kept.pop();
    else if (name !== "" && name !== ".") kept.push(name.toLowerCase());
  }
  return `/${kept.join("/")}`;
}

const NEEDS_WORK = /[A-Z%;\\]|\/\/|\/\.{1,2}(?:\/|$)|.\/$/;

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
