import { accountWrite } from "../inbound/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { PermanentError } from "../platform/http/errors.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { text } from "./json.ts";
import { type Kept, recordStore } from "./record.store.ts";
import type { StripeClient } from "./stripe-client.ts";

/** The organisation as Stripe's customer. */
export interface Customer extends Kept {
  /** Stripe's (`cus_…`). */
  id: string;
  /** Somebody deleted it at Stripe; the next payment makes another. */
  isDeleted: boolean;
  createdAt: string;
}

const customers = recordStore<Customer>("BILLING_CUSTOMER");
const NAME = "CUSTOMER";

/** Undefined while the organisation has paid nothing yet, and when its customer was deleted. */
export async function findCustomer(ctx: Context): Promise<Customer | undefined> {
  const found = await customers.find(ctx, NAME);
  return found?.isDeleted ? undefined : found;
}

/** The customer's id; made with the first call. One that dies in between is given the same customer when it is repeated. */
export async function ensureCustomer(ctx: Context, stripe: StripeClient): Promise<string> {
  const before = await customers.find(ctx, NAME);
  if (before && !before.isDeleted) return before.id;
  const { organizationId } = ctx.actor;
  const params = { description: `Stockwright ${organizationId}`, metadata: { organizationId } };
  const made = await stripe.post("/v1/customers", params, `${organizationId}/customer/${(before?.version ?? 0) + 1}`);
  const id = text(made["id"]);
  if (id === undefined) throw new PermanentError("stripe", "answered a customer without an id");
  const customer = { id, isDeleted: false, createdAt: timestamp(ctx) };
  try {
    await ctx.table.transact([customers.write(ctx, NAME, before, customer), accountWrite(ctx, "stripe", id)]);
  } catch (error) {
    // Whoever was faster asked under the same key, and was given the same one.
    if (!(error instanceof TransactionCanceled)) throw error;
  }
  return id;
}

/** The write that says that Stripe has it no more. */
export async function deletedWrites(ctx: Context, id: string | undefined) {
  const found = await customers.find(ctx, NAME);
  if (!found || found.id !== id || found.isDeleted) return [];
  const { version: _version, ...rest } = found;
  return [customers.write(ctx, NAME, found, { ...rest, isDeleted: true })];
}
