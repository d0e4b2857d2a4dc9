import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { TRANSACTION_TYPES, type TransactionType } from "../../core/event/event.ts";

/** One line of a PaySim file, as far as it is known before the payment. */
export interface PaysimRow {
  /** 1 for the first line after the header. */
  readonly number: number;
  /** Hours since the simulation began, from 1. */
  readonly step: number;
  readonly type: TransactionType;
  /** Major units. */
  readonly amount: number;
  readonly nameOrig: string;
  readonly oldbalanceOrg: number;
  readonly nameDest: string;
  readonly oldbalanceDest: number;
  readonly isFraud: boolean;
}

const COLUMNS = ["step", "type", "amount", "nameOrig", "oldbalanceOrg", "nameDest", "oldbalanceDest", "isFraud"] as const;
type Column = (typeof COLUMNS)[number];

/** Streams the first `limit` lines of a PaySim file (gzip by its name). Throws with line and column at what is not PaySim. */
export async function* readPaysim(file: string, limit: number): AsyncGenerator<PaysimRow> {
  const source = createReadStream(file);
  const csv = parse({ columns: true, skip_empty_lines: true, relax_column_count: false });
  const bytes = file.endsWith(".gz") ? source.pipe(createGunzip().on("error", (fault) => csv.destroy(fault))) : source;
  source.on("error", (fault) => csv.destroy(fault));
  bytes.pipe(csv);
  let number = 0;
  try {
    for await (const record of csv as AsyncIterable<Readonly<Record<string, string>>>) {
      if (number === 0) checkColumns(file, record);
      yield toRow(record, ++number);
      if (number >= limit) return;
    }
  } finally {
    source.destroy();
  }
}

function checkColumns(file: string, record: Readonly<Record<string, string>>): void {
  const missing = COLUMNS.filter((column) => !(column in record));
  if (missing.length > 0) throw new Error(`${file} is not a PaySim file: no column ${missing.join(", ")}`);
}

function toRow(record: Readonly<Record<string, string>>, number: number): PaysimRow {
  const text = (column: Column) => record[column] ?? "";
  const numeric = (column: Column) => {
    const value = Number(text(column));
    if (text(column) === "" || !Number.isFinite(value))
      throw new Error(`line ${number + 1}: ${column} is \`${text(column)}\`, not a number`);
    return value;
  };
  const type = TRANSACTION_TYPES.find((known) => known === text("type"));
  if (type === undefined) throw new Error(`line ${number + 1}: unknown type \`${text("type")}\``);
  return {
    number,
    step: numeric("step"),
    type,
    amount: numeric("amount"),
    nameOrig: text("nameOrig"),
    oldbalanceOrg: numeric("oldbalanceOrg"),
    nameDest: text("nameDest"),
    oldbalanceDest: numeric("oldbalanceDest"),
    isFraud: numeric("isFraud") === 1,
  };
}
