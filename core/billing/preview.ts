import { PermanentError } from "../platform/http/errors.ts";
import { type Money, toWire, type WireMoney } from "../platform/money.ts";
import { type Json, list, record, text, timeOf } from "./json.ts";
import { fromStripe } from "./stripe-amount.ts";

/** What a change of plan would cost. */
export interface InvoicePreview {
  plan: string;
  /** For the change itself, so that it costs what was shown. RFC 3339 UTC. */
  prorationAt: string;
  /** What is left of the period: the new plan's share less the old one's. Negative where money is given back. */
  proration: WireMoney;
  /** All that the next invoice would come to. */
  nextTotal: WireMoney;
  lines: { description: string; amount: WireMoney; isProration: boolean }[];
}

/** Reads an invoice that is not there yet, in any version's form. */
export function previewOf(invoice: Json, plan: string, seconds: number): InvoicePreview {
  const currency = invoice["currency"];
  const money = (amount: unknown): Money => {
    const read = fromStripe(amount, currency);
    if (!read) throw new PermanentError("stripe", "answered an amount that cannot be read");
    return read;
  };
  const lines = list(record(invoice["lines"])["data"]).map((line) => ({
    description: text(line["description"]) ?? "",
    amount: money(line["amount"]),
    isProration: isProration(line),
  }));
  const prorated = lines.reduce((sum, { amount, isProration: is }) => sum + (is ? amount.minor : 0), 0);
  const total = money(invoice["total"]);
  return {
    plan,
    prorationAt: timeOf(seconds) ?? "",
    proration: toWire({ ...total, minor: prorated }),
    nextTotal: toWire(total),
    lines: lines.map((line) => ({ ...line, amount: toWire(line.amount) })),
  };
}

/** Since 2025-03-31 a line says so of what it comes from. */
function isProration(line: Json): boolean {
  const parent = record(line["parent"]);
  const details = [parent["subscription_item_details"], parent["invoice_item_details"]].map(record);
  return line["proration"] === true || details.some((one) => one["proration"] === true);
}
