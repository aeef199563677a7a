import type { Context } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { NotFoundError } from "../platform/errors.ts";
import { justBefore, type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { fromItem, type Page } from "../platform/resources.ts";
import type { Expression, Item, QueryInput, Write } from "../platform/table.ts";
import type { PurchaseOrder } from "./purchase-order.ts";
import type { PurchaseOrderStatus } from "./status.ts";

const partition = (ctx: Context): PartitionKey => orgPartition(ctx.actor.organizationId, "PURCHASE_ORDER");

const statusPartition = (ctx: Context, status: string) =>
  orgPartition(ctx.actor.organizationId, "PURCHASE_ORDER", status);

const supplierPartition = (ctx: Context, supplierId: string) =>
  orgPartition(ctx.actor.organizationId, "PURCHASE_ORDER", "SUPPLIER", supplierId);

export function purchaseOrderKey(ctx: Context, id: string): Key {
  return { pk: partition(ctx), sk: id };
}

function itemOf(ctx: Context, order: PurchaseOrder): Key & Item {
  return {
    ...order,
    ...purchaseOrderKey(ctx, order.id),
    entity: "purchase-order",
    gsi1pk: statusPartition(ctx, order.status),
    gsi1sk: order.id,
    gsi2pk: supplierPartition(ctx, order.supplierId),
    gsi2sk: order.id,
  };
}

export const purchaseOrderOf = (item: Item): PurchaseOrder => fromItem<PurchaseOrder>(item);

/** Throws NOT_FOUND, also for another organisation's. */
export async function readPurchaseOrder(ctx: Context, id: string): Promise<PurchaseOrder> {
  const item = await ctx.table.get<Item>(purchaseOrderKey(ctx, id), { consistent: true });
  if (!item) throw new NotFoundError("Purchase order", id);
  return purchaseOrderOf(item);
}

export function createWrite(ctx: Context, order: PurchaseOrder): Write {
  return { put: itemOf(ctx, order), condition: { expression: "attribute_not_exists(pk)" } };
}

/**
 * PURCHASE_UNCHANGED: goods are received while the supplier's news is taken, or two people take a step. Both read version
 * n; the first makes it n + 1 with all that belongs to it, and the other's whole transaction is refused.
 */
export function replaceWrite(ctx: Context, order: PurchaseOrder): Write {
  const condition: Expression = {
    expression: "#version = :expected",
    names: { "#version": "version" },
    values: { ":expected": order.version - 1 },
  };
  return { put: itemOf(ctx, order), condition };
}

export interface Filters {
  status?: PurchaseOrderStatus | undefined;
  supplierId?: string | undefined;
  accountId?: string | undefined;
}

/** Items that one request reads at most to fill a page under two filters. */
const EVALUATED = 500;

/** Newest first. A page may be short while a cursor says that there is more to look through. */
export async function listPurchaseOrders(
  ctx: Context,
  { status, supplierId, accountId }: Filters,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<PurchaseOrder>> {
  const query = { list: "purchaseOrders", status, supplierId, accountId };
  const after = cursor === undefined ? undefined : decodeCursor<string>(ctx, query, cursor);
  const access: Pick<QueryInput, "index" | "pk"> =
    supplierId !== undefined
      ? { index: "gsi2", pk: supplierPartition(ctx, supplierId) }
      : status !== undefined
        ? { index: "gsi1", pk: statusPartition(ctx, status) }
        : { pk: partition(ctx) };
  const filter = supplierId === undefined ? undefined : filterOf({ status, accountId });
  const page = await ctx.table.query<Item>({
    ...access,
    from: "por_",
    to: after === undefined ? "por_~" : justBefore(after),
    newestFirst: true,
    limit: filter ? EVALUATED : limit + 1,
    consistent: access.index === undefined,
    ...(filter ? { filter } : {}),
  });
  const items = page.items.slice(0, limit).map(purchaseOrderOf);
  const lastRead = page.lastKey === undefined ? undefined : String(page.lastKey["sk"]);
  const next = page.items.length > limit ? items.at(-1)?.id : lastRead;
  return next === undefined ? { items } : { items, nextCursor: encodeCursor(ctx, query, next) };
}

function filterOf({ status, accountId }: Pick<Filters, "status" | "accountId">): Expression | undefined {
  const wanted = Object.entries({ status, accountId }).filter(([, value]) => value !== undefined);
  if (wanted.length === 0) return undefined;
  return {
    expression: wanted.map(([name]) => `#${name} = :${name}`).join(" AND "),
    names: Object.fromEntries(wanted.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(wanted.map(([name, value]) => [`:${name}`, value])),
  };
}
