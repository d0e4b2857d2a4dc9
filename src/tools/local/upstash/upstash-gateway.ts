import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Gateway, type GatewayAnswer, type Protocol, startGateway } from "../gateway/gateway.ts";
import { parseJson } from "../gateway/parse-json.ts";
import { commandOfPath, parseCommand, parseCommands } from "./command.ts";
import { connectRedis, type RedisConnection } from "./redis-connection.ts";
import { type Encode, encodeBase64, encodePlain } from "./reply.ts";
import { createScriptAlias } from "./script-alias.ts";

const MAX_BYTES = 10 * 1024 * 1024;
/** `ERR …`, `WRONGTYPE …`: Redis refused the command. Anything else is an engine that cannot serve. */
const REDIS_ERROR = /^(?!LOADING )[A-Z]+ /;

/** Serves Upstash's REST protocol over a real Redis; callers send `token`. */
export async function startUpstashGateway(redisUrl: string, token: string, port = 0): Promise<Gateway> {
  const redis = await connectRedis(redisUrl);
  const gateway = await startGateway(upstashProtocol(redis, token), port);
  const close = async () => {
    await gateway.close();
    redis.close();
  };
  return { ...gateway, close };
}

function upstashProtocol(redis: RedisConnection, token: string): Protocol {
  const rewriteScript = createScriptAlias();
  const wanted = Buffer.from(token);
  const run = (command: string[]) => redis.send(rewriteScript(command));

  const pipeline = async (commands: string[][], encode: Encode): Promise<GatewayAnswer> => {
    const settled = await Promise.allSettled(commands.map(run));
    // A lost connection is the whole request's fault, as it is on Upstash; a refused command is its item's.
    const lost = settled.find((reply) => reply.status === "rejected" && !REDIS_ERROR.test(messageOf(reply.reason)));
    if (lost?.status === "rejected") return failure(503, messageOf(lost.reason));
    return answerOf(
      settled.map((reply) => (reply.status === "fulfilled" ? { result: encode(reply.value) } : { error: messageOf(reply.reason) })),
    );
  };

  const transaction = async (commands: string[][], encode: Encode): Promise<GatewayAnswer> => {
    // Sent in one tick on the one connection: nothing else can come between MULTI and EXEC.
    const settled = await Promise.allSettled([["MULTI"], ...commands, ["EXEC"]].map(run));
    const refused = settled.find((reply) => reply.status === "rejected");
    if (refused !== undefined) return errorAnswer(refused.reason);
    const replies = (settled.at(-1) as PromiseFulfilledResult<unknown>).value as readonly unknown[];
    return answerOf(replies.map((reply) => (reply instanceof Error ? { error: reply.message } : { result: encode(reply) })));
  };

  return {
    maxBytes: MAX_BYTES,
    textOf,
    failure,
    async answer(request) {
      const url = new URL(request.url, "http://gateway");
      if (!isAllowed(request.headers, url, wanted)) return failure(401, "WRONGPASS invalid or missing auth token");
      const encode = request.headers["upstash-encoding"] === "base64" ? encodeBase64 : encodePlain;
      if (url.pathname === "/pipeline" || url.pathname === "/multi-exec") {
        const commands = parseCommands(parseJson(request.body));
        if (!commands.ok) return failure(400, commands.error);
        return url.pathname === "/pipeline" ? pipeline(commands.value, encode) : transaction(commands.value, encode);
      }
      const command = parseCommand(url.pathname === "/" ? parseJson(request.body) : commandOfPath(url, request.body));
      if (!command.ok) return failure(400, command.error);
      return run(command.value).then((reply) => answerOf({ result: encode(reply) }), errorAnswer);
    },
  };
}

function isAllowed(headers: IncomingHttpHeaders, url: URL, wanted: Buffer): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const given = Buffer.from(bearer ?? url.searchParams.get("_token") ?? "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

// One node is always consistent with itself: any sync token will do.
const answerOf = (payload: unknown): GatewayAnswer => {
  return { status: 200, json: JSON.stringify(payload), headers: { "upstash-sync-token": "local" } };
};
const failure = (status: number, message: string): GatewayAnswer => ({ status, json: JSON.stringify({ error: message }) });
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const errorAnswer = (error: unknown): GatewayAnswer => failure(REDIS_ERROR.test(messageOf(error)) ? 400 : 503, messageOf(error));

function textOf(body: string): string {
  const value = parseJson(body);
  if (!Array.isArray(value)) return body;
  const commands: unknown[] = Array.isArray(value[0]) ? value : [value];
  return commands.map((command) => (Array.isArray(command) ? command.join(" ") : "")).join("\n");
}
