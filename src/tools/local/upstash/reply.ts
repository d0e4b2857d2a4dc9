/** Replies as they come: bulk strings as Buffers, status replies as strings, errors inside EXEC as Errors. */
export type Encode = (reply: unknown) => unknown;

/** Plain JSON, the answer to a caller who asked for no encoding. */
export const encodePlain: Encode = (reply) => {
  if (Buffer.isBuffer(reply)) return reply.toString("utf8");
  if (Array.isArray(reply)) return reply.map(encodePlain);
  if (reply instanceof Error) return reply.message;
  return typeof reply === "bigint" ? Number(reply) : (reply ?? null);
};

/** `Upstash-Encoding: base64`: every string but the status OK. */
export const encodeBase64: Encode = (reply) => {
  if (Buffer.isBuffer(reply)) return reply.toString("base64");
  if (typeof reply === "string") return reply === "OK" ? reply : Buffer.from(reply).toString("base64");
  if (Array.isArray(reply)) return reply.map(encodeBase64);
  return encodePlain(reply);
};
