import type { FieldDef, PoolClient, QueryArrayConfig, QueryArrayResult } from "pg";
import * as z from "zod";
import { toSqlText } from "./sql-text.ts";

export const SqlQuery = z.object({ query: z.string(), params: z.array(z.unknown()).default([]), arrayMode: z.boolean().optional() });
export type SqlQuery = z.infer<typeof SqlQuery>;

/** Keeps every value as the text Postgres sent; for the pool, because it must hold for all its queries. */
export const rawTypes = { getTypeParser: () => (text: string) => text };

export interface SqlResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rowAsArray: boolean;
  readonly fields: readonly (Pick<FieldDef, "name" | "dataTypeID" | "tableID" | "columnID" | "dataTypeSize" | "dataTypeModifier"> & {
    format: "text";
  })[];
  readonly rows: readonly unknown[];
}

/** Runs one statement and answers in Neon's shape; throws what Postgres throws. */
export async function runQuery(client: PoolClient, { query, params, arrayMode }: SqlQuery, arraysByDefault: boolean): Promise<SqlResult> {
  const config: QueryArrayConfig & { queryMode: "extended" } = {
    text: query,
    values: params.map(toSqlText),
    rowMode: "array",
    // One statement a query, as on Neon: the simple protocol would let several pass.
    queryMode: "extended",
  };
  const { command, rowCount, rows, fields }: QueryArrayResult = await client.query(config);
  const rowAsArray = arrayMode ?? arraysByDefault;
  return {
    command,
    rowCount,
    rowAsArray,
    fields: fields.map(({ name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier }) => {
      return { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier, format: "text" };
    }),
    rows: rowAsArray ? rows : rows.map((row) => Object.fromEntries(fields.map((field, i) => [field.name, row[i]]))),
  };
}
