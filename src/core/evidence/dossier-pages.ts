import { addressLine, type CompellingEvidence, sayAll } from "./compelling-evidence.ts";
import type { Dossier } from "./dossier.ts";
import { type PageBlock, sayAmount, saySize, sayTime } from "./page-block.ts";
import { sayAvs, sayCvc, sayThreeDs } from "./say-card-checks.ts";
import { timelineOf } from "./timeline.ts";
import type { TransactionFacts } from "./transaction-facts.ts";

type Fields = readonly (readonly [name: string, value: string | null])[];

/** A dossier as a bank's clerk reads it: what was paid and the strongest evidence first, how to check it last. */
export function dossierPages(dossier: Dossier): readonly PageBlock[] {
  const { transaction, compelling_evidence: compelling } = dossier;
  return [
    { kind: "title", text: "Evidence for a disputed payment", under: summaryOf(dossier) },
    ...(compelling === null ? [] : [noticeOf(compelling)]),
    ...(transaction === null ? [paragraph(NO_RECORD)] : [...paymentBlocks(transaction), ...customerBlocks(transaction)]),
    ...tableBlock(
      "What happened",
      [
        ["Time", 0.28],
        ["What", 0.72],
      ],
      timelineOf(dossier),
    ),
    ...deliveryBlocks(dossier),
    ...communicationBlocks(dossier),
    ...(compelling === null ? [] : priorBlocks(compelling)),
    ...(transaction === null ? [] : decisionBlocks(transaction)),
    ...fileBlocks(dossier),
    ...aboutBlocks(dossier),
  ];
}

const NO_RECORD = "The record of this payment is no longer kept. What was added for this dispute follows.";

function summaryOf({ transaction_id, transaction, chargeback }: Dossier): string {
  const parts = [`Transaction ${transaction_id}`];
  if (transaction !== null) parts.push(sayAmount(transaction.amount, transaction.currency), sayTime(transaction.occurred_at));
  if (chargeback !== null) parts.push(`charged back ${sayTime(chargeback.at)}`);
  return parts.join("  ·  ");
}

function noticeOf({ qualifies, transactions, elements, reason, counted_from }: CompellingEvidence): PageBlock {
  if (!qualifies)
    return {
      kind: "notice",
      tone: "plain",
      title: "Earlier payments of this customer",
      text: `Not enough to be compelling by themselves: ${reason}.`,
    };
  const text =
    `The payments ${transactions.join(" and ")} were made with the same card 120 to 365 days before ${sayTime(counted_from).slice(0, 10)} and were never disputed. ` +
    `In all three payments ${sayAll(elements)} ${elements.length === 1 ? "is" : "are"} the same, as Visa's Compelling Evidence 3.0 asks (dispute condition 10.4).`;
  return { kind: "notice", tone: "good", title: "The same customer paid before and did not dispute it", text };
}

function paymentBlocks(facts: TransactionFacts): readonly PageBlock[] {
  const { transaction_id, order_id, amount, currency, paid_currency, occurred_at, status, card, three_ds, avs, cvc } = facts;
  return fieldsBlock("The payment", [
    ["Transaction", transaction_id],
    ["Order", order_id],
    ["Amount", `${sayAmount(amount, currency)}${paid_currency === null ? "" : ` (paid in ${paid_currency}, converted)`}`],
    ["Time", sayTime(occurred_at)],
    ["Status", status],
    ["Card", card === null ? null : sayCard(card)],
    ["3-D Secure", sayThreeDs(three_ds) ?? "no result is known"],
    ["Address check (AVS)", avs === null ? "no result is known" : sayAvs(avs)],
    ["Card code check (CVC)", cvc === null ? "no result is known" : sayCvc(cvc)],
  ]);
}

function sayCard({ scheme, bin, last4, funding, country }: NonNullable<TransactionFacts["card"]>): string {
  const number = bin === undefined && last4 === undefined ? undefined : `${bin ?? "…"} … ${last4 ?? ""}`.trim();
  const issued = country === undefined ? undefined : `issued in ${country}`;
  return [scheme, number, funding, issued].filter((part) => part !== undefined).join(", ");
}

function customerBlocks({ customer, billing, shipping }: TransactionFacts): readonly PageBlock[] {
  const { client_id, email, phone, ip_address, ip_geo, device_id, user_agent } = customer;
  const place = [ip_geo?.city ?? customer.city, ip_geo?.country ?? customer.country].filter((part) => part != null).join(", ");
  return fieldsBlock("The customer and the device", [
    ["Account", client_id ?? "none: bought as a guest"],
    ["E-mail", email],
    ["Telephone", phone],
    ["IP address", ip_address === null ? null : place === "" ? ip_address : `${ip_address} (${place})`],
    ["Device fingerprint", device_id],
    ["Browser", user_agent],
    ["Billing address", addressLine(billing)],
    ["Delivery address", addressLine(shipping)],
  ]);
}

function deliveryBlocks({ delivery }: Dossier): readonly PageBlock[] {
  return delivery.flatMap((parcel, i) => {
    const { carrier, tracking_number, description, status, shipped_at, delivered_at, address, signature } = parcel;
    const signed =
      signature === undefined
        ? null
        : [signature.signed_by, signature.signed_at === undefined ? null : sayTime(signature.signed_at), signature.note];
    return fieldsBlock(delivery.length === 1 ? "Delivery" : `Delivery ${i + 1} of ${delivery.length}`, [
      ["Carrier", carrier],
      ["Tracking number", tracking_number ?? null],
      ["What", description ?? null],
      ["Status", status.replaceAll("_", " ")],
      ["Shipped", shipped_at === undefined ? null : sayTime(shipped_at)],
      ["Delivered", delivered_at === undefined ? null : sayTime(delivered_at)],
      ["Delivered to", addressLine(address)],
      ["Signed by", signed === null ? null : signed.filter((part) => part != null).join(", ")],
    ]);
  });
}

function communicationBlocks({ communications }: Dossier): readonly PageBlock[] {
  if (communications.length === 0) return [];
  const said = communications.map(({ at, channel, direction, text }): PageBlock => {
    const who = direction === "in" ? "from the customer" : "to the customer";
    return { kind: "paragraph", lead: `${sayTime(at)}  ·  ${channel}, ${who}`, text };
  });
  return [heading("What shop and customer wrote"), ...said];
}

function priorBlocks({ prior, from, to }: CompellingEvidence): readonly PageBlock[] {
  const title = `Earlier undisputed payments, ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  if (prior.length === 0) return [heading(title), paragraph("None is known.")];
  const columns = [
    ["Transaction", 0.18],
    ["Day", 0.17],
    ["Amount", 0.14],
    ["Same card", 0.13],
    ["The same as in the disputed payment", 0.38],
  ] as const;
  const rows = prior.map(({ transaction_id, occurred_at, days_before, amount, currency, same_card, matches, ...one }) => {
    const values = { account: one.client_id, ip_address: one.ip_address, device: one.device_id, shipping_address: one.shipping_address };
    const same = matches.map((element) => `${NAMED[element]}: ${values[element]}`).join("\n");
    return [
      transaction_id,
      `${occurred_at.slice(0, 10)}\n(${days_before} days before)`,
      sayAmount(amount, currency),
      same_card ? "yes" : "no",
      same,
    ];
  });
  return tableBlock(title, columns, rows);
}

const NAMED = { account: "account", ip_address: "IP address", device: "device", shipping_address: "delivery address" } as const;

function decisionBlocks({ decisions }: TransactionFacts): readonly PageBlock[] {
  const rows = decisions.map(({ decided_at, outcome, risk_score, risk_level, reasons, rules }) => [
    sayTime(decided_at),
    outcome,
    `${risk_score} of 100 (${risk_level.toLowerCase()})`,
    rules.length === 0 ? reasons.join(", ") || "nothing was conspicuous" : rules.map(({ id, name }) => `${name} (${id})`).join("\n"),
  ]);
  return tableBlock(
    "Automatic fraud check",
    [
      ["Time", 0.26],
      ["Outcome", 0.14],
      ["Risk", 0.24],
      ["What was conspicuous", 0.36],
    ],
    rows,
  );
}

function fileBlocks({ files }: Dossier): readonly PageBlock[] {
  const rows = files.map(({ name, note, content_type, size_bytes, sha256 }) => [
    note === null ? name : `${name}\n${note}`,
    `${content_type}\n${saySize(size_bytes)}`,
    sha256,
  ]);
  return tableBlock(
    "Files in this package",
    [
      ["Name", 0.34],
      ["Type and size", 0.2],
      ["SHA-256", 0.46],
    ],
    rows,
  );
}

function aboutBlocks({ made_at, snapshot, taken_from, hold_until, degraded }: Dossier): readonly PageBlock[] {
  const parts = [
    `Made from the merchant's records by Tollgate on ${sayTime(made_at)}; nothing in it was written by hand but the delivery, the correspondence and the notes on files.`,
    "The file manifest.sha256 of this package holds the SHA-256 of every file in it; `sha256sum -c manifest.sha256` checks them.",
    taken_from === "snapshot" ? "The payment is shown as it was recorded when the chargeback came." : null,
    snapshot === null
      ? null
      : `What was known when the chargeback came was kept unchanged on ${sayTime(snapshot.taken_at)}: snapshot.json, SHA-256 ${snapshot.sha256}.`,
    hold_until === null ? null : `These records are kept until ${hold_until.slice(0, 10)} at least.`,
    degraded.length === 0 ? null : `Not available when this was made: ${degraded.join(", ").replaceAll("_", " ")}.`,
  ];
  return [heading("About this document"), paragraph(parts.filter((part) => part !== null).join("\n"))];
}

const heading = (text: string): PageBlock => ({ kind: "heading", text });
const paragraph = (text: string): PageBlock => ({ kind: "paragraph", text });

/** Fields that are not known are left out. */
function fieldsBlock(title: string, fields: Fields): readonly PageBlock[] {
  const rows = fields.flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, value] as const]));
  return rows.length === 0 ? [] : [heading(title), { kind: "fields", rows }];
}

function tableBlock(
  title: string,
  columns: readonly (readonly [title: string, share: number])[],
  rows: readonly (readonly string[])[],
): readonly PageBlock[] {
  if (rows.length === 0) return [];
  return [heading(title), { kind: "table", columns: columns.map(([name, share]) => ({ title: name, share })), rows }];
}
