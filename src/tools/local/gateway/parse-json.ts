/** The JSON in a body, or null (which no protocol of ours accepts as a request) when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
