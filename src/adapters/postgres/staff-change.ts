import { type SQL, sql } from "drizzle-orm";
import type { StaffChange } from "../../ports/staff-writes.ts";

/**
 * Statements that make a change. `when` says whether the deciding one, the very first, changed a row; `own` names the rows that
 * an earlier statement of the same change gives back.
 */
type Statements = (when: SQL, own: (index: number) => SQL) => readonly [first: SQL, ...rest: SQL[]];

// A change is opaque outside this folder; its statements are kept beside it.
const prepared = new WeakMap<StaffChange, Statements>();

/**
 * Prepares a change for `StaffWrites.commit`. The first statement decides: an insert, update or delete with `returning`, whose `where` names id and
 * version; no row is a stale version. The others must be `insert … select … where ${when}` or the like. No statement has a `with` of its own.
 */
export function prepareChange(statements: Statements): StaffChange {
  const change = Object.freeze({}) as StaffChange;
  prepared.set(change, statements);
  return change;
}

/** All statements of several changes in order; the first of the first decides. Throws on a change that another adapter prepared. */
export function statementsOf(changes: readonly StaffChange[]): readonly SQL[] {
  const decided = sql`exists (select from change_0)`;
  const all: SQL[] = [];
  for (const change of changes) {
    const statements = prepared.get(change);
    if (statements === undefined) throw new TypeError("a staff change of another adapter");
    const first = all.length;
    all.push(...statements(decided, (index) => sql`${sql.identifier(`change_${first + index}`)}`));
  }
  return all;
}
