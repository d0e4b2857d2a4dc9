import type { TestService } from "./service.ts";

/** One value somewhere in the stores, and where. */
export interface Dumped {
  readonly place: string;
  readonly text: string;
}

/** Everything Postgres, Redis, KV and object storage hold, as texts to be searched. */
export async function dumpStores(service: TestService): Promise<Dumped[]> {
  return [...(await dumpPostgres(service)), ...(await dumpRedis(service)), ...(await dumpBindings(service))];
}

async function dumpPostgres({ sql }: TestService): Promise<Dumped[]> {
  const tables = await sql(
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'm') order by 1",
  );
  const dumped: Dumped[] = [];
  for (const { name } of tables) {
    const rows = await sql(`select t::text as row from "${name}" t`);
    // Quotes inside a row's text are doubled; a search must not trip over them.
    dumped.push(...rows.map(({ row }) => ({ place: `postgres:${name} ${row.slice(0, 300)}`, text: row.replaceAll('""', '"') })));
  }
  return dumped;
}

async function dumpRedis({ redis }: TestService): Promise<Dumped[]> {
  const keys: string[] = await redis(["KEYS", "*"]);
  const dumped: Dumped[] = [];
  for (const key of keys) {
    const type = await redis(["TYPE", key]);
    const value =
      type === "zset"
        ? await redis(["ZRANGE", key, "0", "-1"])
        : type === "hash"
          ? await redis(["HGETALL", key])
          : await redis(["GET", key]);
    dumped.push({ place: `redis:${key}`, text: `${key} ${JSON.stringify(value)}` });
  }
  return dumped;
}

/** Values of every KV namespace and bucket that the Worker is bound to; a bucket's objects are encrypted, so their names and metadata count too. */
async function dumpBindings({ server }: TestService): Promise<Dumped[]> {
  const env = (await server.getWorker().getEnv()) as { readonly CONFIG: KVNamespace; readonly EVIDENCE?: R2Bucket };
  const dumped: Dumped[] = [];
  for (const { name } of (await env.CONFIG.list()).keys) {
    const bytes = await env.CONFIG.get(name, "arrayBuffer");
    dumped.push({ place: `kv:${name}`, text: `${name} ${latin1(bytes)}` });
  }
  for (const { key } of (await env.EVIDENCE?.list())?.objects ?? []) {
    const object = await env.EVIDENCE?.get(key);
    const text =
      object === undefined || object === null ? "" : `${JSON.stringify(object.customMetadata)} ${latin1(await object.arrayBuffer())}`;
    dumped.push({ place: `r2:${key}`, text: `${key} ${text}` });
  }
  return dumped;
}

const latin1 = (bytes: ArrayBuffer | null): string => (bytes === null ? "" : Buffer.from(bytes).toString("latin1"));
