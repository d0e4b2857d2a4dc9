/** A part of a document for people, from top to bottom; how it looks is the printer's. Text may have any script. */
export type PageBlock =
  | { readonly kind: "title"; readonly text: string; readonly under: string }
  | { readonly kind: "heading"; readonly text: string }
  /** What a reader should see first. */
  | { readonly kind: "notice"; readonly tone: "good" | "plain"; readonly title: string; readonly text: string }
  | { readonly kind: "fields"; readonly rows: readonly (readonly [name: string, value: string])[] }
  /** `share` of the width, together 1. */
  | {
      readonly kind: "table";
      readonly columns: readonly { readonly title: string; readonly share: number }[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Line breaks in it stay. */
  | { readonly kind: "paragraph"; readonly text: string; readonly lead?: string };

/** A time as people of any country read it: `2026-11-20 10:30 UTC`. @param iso ISO 8601 with any zone */
export function sayTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `EUR 129.90`, with the decimals of the currency. @param amount major units */
export function sayAmount(amount: number | null, currency: string): string {
  if (amount === null) return "not known";
  return new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" }).format(amount).replace(/\s+/g, " ");
}

/** `1.4 MiB`. */
export function saySize(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
