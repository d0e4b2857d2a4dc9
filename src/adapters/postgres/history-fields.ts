import { type SQL, sql } from "drizzle-orm";
import { EVENT_FIELD_BY_NAME, type EventField } from "../../core/features/event-vocabulary.ts";
import type { FeatureType } from "../../core/features/value.ts";
import { DIMENSION_COLUMNS } from "./event-rows.ts";
import { events } from "./schema/events.ts";

/**
 * A field of a declaration's `where` as SQL over `events`, in the inside units of core/features; null when the event has none.
 * Throws on a name the vocabulary does not have: `checkFeatures` refuses it.
 */
export function historyField(name: string, timeZone: string): SQL {
  const field = EVENT_FIELD_BY_NAME.get(name);
  if (field === undefined) throw new Error(`events have no field \`${name}\``);
  if (field.dimension !== null) return sql`${DIMENSION_COLUMNS[field.dimension]}`;
  if (field.path !== null) return folded(sql`(${events.body} #>> ${`{${field.path.join(",")}}`}::text[])`, field.type);
  return columnOf(field, sql`(${events.occurredAt} at time zone ${timeZone})`);
}

function columnOf(field: EventField, local: SQL): SQL {
  switch (field.name) {
    case "event_type":
      return sql`${events.type}`;
    case "status":
      return sql`${events.status}`;
    case "transaction_type":
      return sql`lower(${events.transactionType})`;
    case "amount":
      return sql`${events.amountMinor}`;
    case "hour":
      return sql`extract(hour from ${local})`;
    case "weekday":
      return sql`extract(isodow from ${local})`;
    default:
      throw new Error(`no column holds \`${field.name}\``);
  }
}

/** Country, e-mail and text compare case-folded. */
function folded(expression: SQL, type: FeatureType): SQL {
  if (type === "country") return sql`upper(${expression})`;
  return type === "text" || type === "email" ? sql`lower(${expression})` : expression;
}
