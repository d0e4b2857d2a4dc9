import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Engine, EngineHome } from "../engine.ts";
import { freePort } from "../free-port.ts";
import { supervise } from "../process/supervised.ts";
import { postgresBinaries } from "./binaries.ts";
import { initCluster } from "./cluster.ts";
import { postgresDataHome } from "./data-home.ts";
import { ordinaryUser } from "./ordinary-user.ts";
import { withClient } from "./with-client.ts";

const DISPOSABLE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
/** What a local stack keeps fits into little memory. */
const LAPTOP = ["shared_buffers=48MB"];
const DATABASE = "tollgate";

/** Runs the Postgres from npm on a free port, as an ordinary user when we are root. Its database is `tollgate`. */
export async function startPostgres({ folder, password, keeping, signal, log }: EngineHome): Promise<Engine> {
  const user = ordinaryUser();
  const binaries = postgresBinaries(user);
  const home = postgresDataHome(folder, user);
  await initCluster({ binaries, home, user, password, signal });

  const port = await freePort();
  const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  const settings = [
    ...["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_preload_libraries=pg_stat_statements"],
    ...(keeping === "disposable" ? DISPOSABLE : LAPTOP),
  ];
  mkdirSync(join(folder, "run"), { recursive: true });
  const server = await supervise(
    {
      name: "Postgres",
      command: join(binaries, "bin/postgres"),
      args: ["-D", home, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
      cwd: home,
      env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
      user,
      input: null,
      stopSignal: "SIGINT",
      logFile: join(folder, "run/postgres.log"),
      markFile: join(folder, "run/postgres.json"),
      signal,
      probe: () => withClient(urlOf("postgres"), (client) => client.query("select 1")),
    },
    log,
  );
  await withClient(urlOf("postgres"), async (client) => {
    const found = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
  return { ...server, url: urlOf(DATABASE), about: `Postgres 18 from npm on port ${port}` };
}
