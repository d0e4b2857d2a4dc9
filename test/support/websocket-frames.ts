const TEXT = 0x81;
const MASKED = 0x80;
const MASK = Buffer.from([1, 2, 3, 4]);

/** One short text frame (RFC 6455); a client's is masked. */
export function writeFrame(text: string, sender: "client" | "server"): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new RangeError("a short frame holds 125 bytes");
  if (sender === "server") return Buffer.concat([Buffer.from([TEXT, payload.length]), payload]);
  return Buffer.concat([Buffer.from([TEXT, MASKED | payload.length]), MASK, payload.map((byte, at) => byte ^ (MASK[at % 4] ?? 0))]);
}

/** The text of a short text frame, or null for any other. */
export function readFrame(frame: Buffer): string | null {
  if (frame[0] !== TEXT) return null;
  const length = (frame[1] ?? 0) & 0x7f;
  if (((frame[1] ?? 0) & MASKED) === 0) return frame.subarray(2, 2 + length).toString();
  const mask = frame.subarray(2, 6);
  return Buffer.from(frame.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0))).toString();
}
