import { DatabaseError, Pool, type PoolClient } from "pg";
import * as z from "zod";
import { type Gateway, type GatewayAnswer, type GatewayRequest, type Protocol, startGateway } from "../gateway/gateway.ts";
import { parseJson } from "../gateway/parse-json.ts";
import { beginOf, runBatch } from "./batch.ts";
import { rawTypes, runQuery, SqlQuery, type SqlResult } from "./run-query.ts";

const MAX_BYTES = 64 * 1024 * 1024;
const Payload = z.union([z.object({ queries: z.array(SqlQuery) }), SqlQuery]);
const ERROR_FIELDS = [
  ...["code", "detail", "hint", "position", "internalPosition", "internalQuery", "severity", "where"],
  ...["table", "column", "schema", "dataType", "constraint", "file", "line", "routine"],
] as const;
/** SQLSTATEs of a Postgres that cannot serve now: connection lost, too many connections, shutting down, starting up. */
const UNAVAILABLE = /^(08|53300|57P0)/;
/** What outlives its request in a session; on Neon each request has a session of its own. */
const SESSION_COMMANDS = new Set(["SET", "BEGIN", "START", "PREPARE", "LISTEN", "DECLARE"]);

/**
 * Serves Neon's SQL-over-HTTP protocol at `/sql`, over a real Postgres.
 * @param postgresUrl the database behind it
 * @param connectionString what callers must send as their `DATABASE_URL`; user, password and database are compared
 */
export async function startNeonGateway(postgresUrl: string, connectionString: string, port = 0): Promise<Gateway> {
  const pool = new Pool({ connectionString: postgresUrl, types: rawTypes, max: 24, connectionTimeoutMillis: 10_000 });
  // A lost connection is the next query's fault to report; without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const gateway = await startGateway(neonProtocol(pool, connectionString), port);
  const close = async () => {
    await gateway.close();
    await pool.end();
  };
  return { ...gateway, close };
}

function neonProtocol(pool: Pool, connectionString: string): Protocol {
  const wanted = new URL(connectionString);
  return {
    maxBytes: MAX_BYTES,
    textOf: (body) => queriesOf(body).join("\n"),
    failure: (status, message) => answerOf(status, { message }),
    async answer(request) {
      const refusal = refusalOf(request, wanted);
      if (refusal !== null) return refusal;
      const begin = beginOf(request.headers);
      const payload = Payload.safeParse(parseJson(request.body));
      if (begin === null || !payload.success) return answerOf(400, { message: "the request is not a query or a batch of queries" });
      const arrays = request.headers["neon-array-mode"] === "true";
      try {
        const { data } = payload;
        if ("queries" in data)
          return answerOf(200, { results: await withClient(pool, (client) => runBatch(client, begin, data.queries, arrays)) });
        const [result] = await withClient(pool, async (client) => [await runQuery(client, data, arrays)]);
        return answerOf(200, result);
      } catch (error) {
        return errorAnswer(error as Error);
      }
    },
  };
}

async function withClient(pool: Pool, work: (client: PoolClient) => Promise<SqlResult[]>): Promise<SqlResult[]> {
  const client = await pool.connect();
  let isSpent = true;
  try {
    const results = await work(client);
    isSpent = results.some(({ command }) => SESSION_COMMANDS.has(command));
    return results;
  } catch (error) {
    isSpent = !(error instanceof DatabaseError) || error.severity !== "ERROR";
    throw error;
  } finally {
    client.release(isSpent);
  }
}

function refusalOf({ method, url, headers }: GatewayRequest, wanted: URL): GatewayAnswer | null {
  if (method !== "POST" || url !== "/sql") return answerOf(404, { message: "only POST /sql is served" });
  const given = headers["neon-connection-string"];
  if (typeof given !== "string" || !URL.canParse(given)) return answerOf(400, { message: "missing Neon-Connection-String header" });
  const { username, password, pathname } = new URL(given);
  if (username !== wanted.username || password !== wanted.password || pathname !== wanted.pathname)
    return answerOf(400, { message: `password authentication failed for user '${username}'`, code: "28P01", severity: "FATAL" });
  if (headers["neon-raw-text-output"] !== "true") return answerOf(400, { message: "only raw text output is served" });
  return null;
}

/** The driver reads a fault's SQL fields from status 400 alone; anything else is "server error" to it. */
function errorAnswer(error: Error): GatewayAnswer {
  if (!(error instanceof DatabaseError)) return answerOf(503, { message: error.message || error.name });
  if (UNAVAILABLE.test(error.code ?? "")) return answerOf(503, { message: error.message });
  return answerOf(400, { message: error.message, ...Object.fromEntries(ERROR_FIELDS.map((name) => [name, error[name] ?? null])) });
}

function answerOf(status: number, payload: unknown): GatewayAnswer {
  const json = JSON.stringify(payload);
  if (json.length <= MAX_BYTES) return { status, json };
  return { status: 507, json: JSON.stringify({ message: `response is too large (max is ${MAX_BYTES} bytes)` }) };
}

function queriesOf(body: string): string[] {
  const payload = Payload.safeParse(parseJson(body));
  if (!payload.success) return [];
  return "queries" in payload.data ? payload.data.queries.map(({ query }) => query) : [payload.data.query];
}
