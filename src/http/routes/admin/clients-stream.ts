import type { ExportPart } from "../../../backoffice/privacy/export-client.ts";
import { formatCsv } from "../../../core/csv/format-csv.ts";

/** `{"profile": […], …, "complete": true}`, each section written as its pages come. */
export function streamJson(parts: AsyncGenerator<ExportPart>): ReadableStream<Uint8Array> {
  return streamed(async function* () {
    let section: string | null = null;
    let rows = 0;
    const missing: string[] = [];
    for await (const part of parts) {
      if (part.section !== section) {
        yield `${section === null ? "{" : "],\n"}${JSON.stringify(part.section)}:[`;
        section = part.section;
        rows = 0;
      }
      if ("missing" in part) missing.push(`${part.section}: ${part.missing} is not available`);
      else if (part.rows.length > 0) {
        yield `${rows > 0 ? "," : ""}\n${part.rows.map((row) => JSON.stringify(row)).join(",\n")}`;
        rows += part.rows.length;
      }
    }
    yield `${section === null ? "{" : "],\n"}"missing":${JSON.stringify(missing)},"complete":${missing.length === 0}}\n`;
  });
}

/** A row a record: section, world, time, id where it has them, and the record as JSON. The last row says whether it is all. */
export function streamCsv(parts: AsyncGenerator<ExportPart>): ReadableStream<Uint8Array> {
  return streamed(async function* () {
    yield formatCsv(["section", "livemode", "at", "id", "record"], []);
    let isComplete = true;
    for await (const part of parts) {
      if ("missing" in part) {
        isComplete = false;
        yield csvRows([[part.section, "", "", "", `${part.missing} is not available`]]);
      } else if (part.rows.length > 0) yield csvRows(part.rows.map((row) => [part.section, ...placeOf(row), JSON.stringify(row)]));
    }
    yield csvRows([["complete", "", "", "", String(isComplete)]]);
  });
}

const csvRows = (rows: readonly (readonly string[])[]): string => formatCsv([], rows).slice("\r\n".length);

function placeOf(row: Readonly<Record<string, unknown>>): [world: string, at: string, id: string] {
  const first = (...names: readonly string[]): string => {
    const name = names.find((candidate) => row[candidate] !== undefined && row[candidate] !== null);
    return name === undefined ? "" : String(row[name]);
  };
  return [
    first("livemode"),
    first("occurred_at", "decided_at", "created_at", "opened_at", "given_at", "updated_at", "at"),
    first("id", "decision_id", "transaction_id", "seq"),
  ];
}

function streamed(write: () => AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const utf8 = new TextEncoder();
  const texts = write();
  return new ReadableStream({
    async pull(controller) {
      const next = await texts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(utf8.encode(next.value));
    },
    async cancel() {
      await texts.return(undefined);
    },
  });
}
