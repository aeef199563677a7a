import { type Context, requirePermission } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { defined } from "../platform/defined.ts";
import { type Money, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { type Page, PageSchema } from "../platform/resources.ts";
import type { Item } from "../platform/table.ts";
import { idOf, type Json, record, text, timeOf } from "./json.ts";
import { type Kept, recordOf, recordStore } from "./record.store.ts";
import { fromStripe } from "./stripe-amount.ts";
import { stripeClient } from "./stripe-client.ts";

/** An invoice of the organisation's subscription, as Stripe last said it is. */
export interface Invoice extends Kept {
  id: string;
  number?: string;
  /** draft, open, paid, uncollectible, void. */
  status: string;
  total: Money;
  paid: Money;
  due: Money;
  subscriptionId?: string;
  /** RFC 3339 UTC, as all times here. */
  createdAt: string;
  periodStart?: string;
  periodEnd?: string;
  hostedUrl?: string;
  pdfUrl?: string;
}

/** By the time at which they were made, which does not change, and their id. */
export const invoices = recordStore<Invoice>("BILLING_INVOICE");

export const invoiceName = ({ createdAt, id }: Pick<Invoice, "createdAt" | "id">) => `${createdAt}#${id}`;

/** Reads an invoice in any version's form; undefined for what is none, or is not there yet. */
export function invoiceOf(object: Json): Omit<Invoice, "version"> | undefined {
  const { currency } = object;
  const id = text(object["id"]);
  const createdAt = timeOf(object["created"]);
  const total = fromStripe(object["total"] ?? object["amount_due"], currency);
  const paid = fromStripe(object["amount_paid"] ?? 0, currency);
  const due = fromStripe(object["amount_remaining"] ?? object["amount_due"], currency);
  if (id === undefined || createdAt === undefined || !total || !paid || !due) return undefined;
  // Since 2025-03-31 an invoice says what it comes from by its parent.
  const parent = record(record(object["parent"])["subscription_details"]);
  return defined({
    id,
    number: text(object["number"]),
    status: text(object["status"]) ?? "draft",
    total,
    paid,
    due,
    subscriptionId: idOf(object["subscription"]) ?? idOf(parent["subscription"]),
    createdAt,
    periodStart: timeOf(object["period_start"]),
    periodEnd: timeOf(object["period_end"]),
    hostedUrl: text(object["hosted_invoice_url"]),
    pdfUrl: text(object["invoice_pdf"]),
  });
}

export function viewInvoice({ version: _version, total, paid, due, ...rest }: Invoice) {
  return { ...rest, total: toWire(total), paid: toWire(paid), due: toWire(due) };
}

/** Newest first. */
export async function listInvoices(ctx: Context, input: unknown): Promise<Page<ReturnType<typeof viewInvoice>>> {
  requirePermission(ctx, "billing.read");
  stripeClient(ctx);
  const { limit, cursor } = parse(PageSchema, input);
  const query = { list: "billing-invoices" };
  const pk = invoices.partition(ctx);
  const after = cursor === undefined ? undefined : decodeCursor<string>(ctx, query, cursor);
  const page = await ctx.table.query<Item>({
    pk,
    newestFirst: true,
    limit: limit + 1,
    consistent: true,
    ...(after === undefined ? {} : { startKey: { pk, sk: after } }),
  });
  const items = page.items.slice(0, limit).map((item) => recordOf<Invoice>(item));
  const last = items.at(-1);
  const isMore = page.items.length > limit || page.lastKey !== undefined;
  return {
    items: items.map(viewInvoice),
    ...(isMore && last ? { nextCursor: encodeCursor(ctx, query, invoiceName(last)) } : {}),
  };
}
