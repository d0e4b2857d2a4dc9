import { withClient } from "./with-client.ts";

const ROLE = "tollgate_app";

/** A URL whose sessions begin as the application's role, which the migrations make: it cannot change the audit log. */
export function asApplication(postgresUrl: string): string {
  const url = new URL(postgresUrl);
  url.searchParams.set("options", `-c role=${ROLE}`);
  return url.href;
}

/** Whether the migrations were allowed to make that role: on an engine of somebody else's they may not be. */
export function hasApplicationRole(postgresUrl: string): Promise<boolean> {
  return withClient(postgresUrl, async (client) => {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1 and pg_has_role(current_user, oid, 'MEMBER')", [ROLE]);
    return rowCount === 1;
  });
}
