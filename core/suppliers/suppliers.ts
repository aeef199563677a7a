import * as Accounts from "../accounts/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { ValidationError, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { fieldChanges } from "../platform/field-changes.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema, newResource, type Page, PageSchema, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type OfferView, viewOffer } from "./offer.ts";
import { listOffers } from "./offer.store.ts";
import {
  CreateSupplierSchema,
  intervalOf,
  ONE_SOURCE,
  type Supplier,
  type SupplierConnection,
  UpdateSupplierSchema,
} from "./supplier.ts";
import { scheduleWrite, suppliers } from "./supplier.store.ts";

export async function createSupplier(ctx: Context, input: unknown): Promise<Supplier> {
  requirePermission(ctx, "suppliers.write");
  const data = parse(CreateSupplierSchema, input);
  return idempotent<Supplier>(ctx, "suppliers.createSupplier", input, async (commit) => {
    const connection = data.connection && (await connected(ctx, data.connection));
    const supplier = defined({ ...newResource(ctx, "supplier"), ...data, connection }) as Supplier;
    const everyMinutes = intervalOf(supplier);
    const schedule = everyMinutes === undefined ? [] : [scheduleWrite(ctx, supplier.id, everyMinutes)];
    const event = outboxWrite(ctx, "supplier.created", { id: supplier.id, name: supplier.name });
    return commit([suppliers.createWrite(ctx, supplier), ...schedule, event], supplier);
  });
}

/** Throws NOT_FOUND, VERSION_CONFLICT. A changed schedule begins anew, one interval from now. */
export async function updateSupplier(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<Supplier> {
  requirePermission(ctx, "suppliers.write");
  const data = parse(UpdateSupplierSchema, changes);
  const current = await suppliers.get(ctx, id);
  const connection = data.connection ? await connected(ctx, data.connection) : data.connection;
  const revised = revise(
    ctx,
    "Supplier",
    current,
    defined({ ...data, connection }) as Partial<Supplier>,
    expectedVersion,
  );
  if (revised.feed && revised.connection)
    throw new ValidationError([{ path: ONE_SOURCE.path.join("."), code: "INVALID", message: ONE_SOURCE.message }]);
  const everyMinutes = intervalOf(revised);
  try {
    const schedule = everyMinutes === intervalOf(current) ? [] : [scheduleWrite(ctx, id, everyMinutes)];
    const fields = Object.keys(data) as (keyof Supplier)[];
    // Where its feed is may hold a secret.
    const shown = fields.filter((field) => field !== "feed" && field !== "connection");
    const changes = fieldChanges(current, revised, shown);
    const event = outboxWrite(ctx, "supplier.updated", { id, name: revised.name, fields, changes });
    await ctx.table.transact([suppliers.replaceWrite(ctx, revised), ...schedule, event]);
  } catch (error) {
    throw error instanceof TransactionCanceled && error.failedAt(0)
      ? new VersionConflictError("Supplier", id, current.version)
      : error;
  }
  return revised;
}

/** Throws VALIDATION_ERROR where the account is not there, is not active, or its provider has no catalogue. */
async function connected(ctx: Context, connection: Omit<SupplierConnection, "provider">): Promise<SupplierConnection> {
  const accounts = await Accounts.accountsWith(ctx, "catalogue");
  const account = accounts.find(({ id }) => id === connection.accountId);
  if (account) return { ...connection, provider: account.provider };
  const message = `${connection.accountId} is no active account of a provider that has a catalogue`;
  throw new ValidationError([{ path: "connection.accountId", code: "INVALID_ACCOUNT", message }]);
}

export async function getSupplier(ctx: Context, id: string): Promise<Supplier> {
  requirePermission(ctx, "suppliers.read");
  return suppliers.get(ctx, id);
}

/** Throws NOT_FOUND where an input names, as `supplierId`, a supplier that is not there: for nouns that cannot look here themselves. */
export async function requireNamedSupplier(ctx: Context, input: unknown): Promise<void> {
  const id = typeof input === "object" && input !== null && "supplierId" in input ? input.supplierId : undefined;
  const named = IdSchema.safeParse(id);
  // What is no id is refused by the schema of whoever takes the input.
  if (named.success) await suppliers.get(ctx, named.data);
}

export async function listSuppliers(ctx: Context, input: unknown): Promise<Page<Supplier>> {
  requirePermission(ctx, "suppliers.read");
  return suppliers.list(ctx, parse(PageSchema, input));
}

/** What the supplier offers, also what is not available now, in the order of its own ids. */
export async function listSupplierOffers(
  ctx: Context,
  { id, page }: { id: string; page: unknown },
): Promise<Page<OfferView>> {
  requirePermission(ctx, "suppliers.read");
  const query = parse(PageSchema, page);
  await suppliers.get(ctx, id);
  const { items, ...rest } = await listOffers(ctx, id, query);
  return { items: items.map(viewOffer), ...rest };
}
