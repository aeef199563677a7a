import * as Catalog from "../../core/catalog/index.ts";
import * as Inventory from "../../core/inventory/index.ts";
import * as Listings from "../../core/listings/index.ts";
import { orgPartition } from "../../core/platform/keys.ts";
import type { Context } from "../../core/platform/context.ts";
import type { Item } from "../../core/platform/table.ts";
import type { ListingView } from "../../core/listings/view.ts";

let made = 0;

/** A product that is on sale. Returns its id. */
export async function productOnSale(ctx: Context): Promise<string> {
  const sku = `LISTED-${++made}`;
  const money = (amount: string) => ({ amount, currency: "USD" });
  const { id } = await Catalog.createProduct(ctx, { sku, name: sku, cost: money("10.00"), price: money("20.00") });
  await Catalog.changeStatus(ctx, { id, transition: "activate" });
  return id;
}

/** Sets what is there of a product by adjustments, as an operator would. */
export async function restock(ctx: Context, productId: string, quantity: number, locationId?: string): Promise<void> {
  const input = { changeType: "restock", quantity, ...(locationId === undefined ? {} : { locationId }) };
  await Inventory.adjust(ctx, { productId, input });
}

export async function stockItem(ctx: Context, productId: string, locationId = "loc_main"): Promise<Item | undefined> {
  const pk = orgPartition(ctx.actor.organizationId, "STOCK");
  return ctx.table.get<Item>({ pk, sk: `${productId}#${locationId}` }, { consistent: true });
}

export async function listingItem(ctx: Context, id: string): Promise<Item | undefined> {
  return ctx.table.get<Item>({ pk: orgPartition(ctx.actor.organizationId, "LISTING"), sk: id }, { consistent: true });
}

/** What the stream would bring after these listings and stock were written, as one change each. */
export async function changesOf(
  ctx: Context,
  { listings = [], products = [] }: { listings?: readonly string[]; products?: readonly string[] },
): Promise<Listings.Change[]> {
  const found = await Promise.all([
    ...listings.map((id) => listingItem(ctx, id)),
    ...products.map((id) => stockItem(ctx, id)),
  ]);
  return found.flatMap((item) => (item ? [{ new: item }] : []));
}

/** The project as the stream would: after these listings and stocks changed. */
export async function project(
  ctx: Context,
  what: { listings?: readonly string[]; products?: readonly string[] },
): Promise<void> {
  await Listings.projectQuantities(ctx, await changesOf(ctx, what));
}

export async function makeListing(ctx: Context, productId: string, input: Item = {}): Promise<ListingView> {
  return Listings.createListing(ctx, { productId, platformType: "shop", platformSku: productId, ...input });
}

/** A listing that has reached its channel, with the stock that there is. */
export async function published(ctx: Context, productId: string, input: Item = {}): Promise<string> {
  const { id } = await makeListing(ctx, productId, input);
  await project(ctx, { listings: [id] });
  await Listings.command(ctx, { id, command: "publish" });
  await settled(ctx, [id]);
  return id;
}

/** What stream and queue would do for these listings. */
export async function settled(
  ctx: Context,
  listings: readonly string[],
  targets?: Listings.ListingTargets,
): Promise<void> {
  await Listings.projectQuantities(ctx, await changesOf(ctx, { listings }), targets ? { targets } : {});
  await Listings.publishQuantities(ctx, { ids: listings }, targets);
  await Listings.projectQuantities(ctx, await changesOf(ctx, { listings }), targets ? { targets } : {});
}

/** Queues that keep what is sent instead of sending it. */
export function keepingQueues(ctx: Context): { ctx: Context; sent: string[] } {
  const sent: string[] = [];
  const queues: Context["queues"] = {
    ...ctx.queues,
    send: (_queue, message) => Promise.resolve(void sent.push(String(message["id"]))),
    sendAll: (_queue, messages) =>
      Promise.resolve(messages.forEach((message) => void sent.push(String(message["id"])))),
  };
  return { ctx: { ...ctx, queues }, sent };
}

export const onEbay = { platformType: "ebay" };

/** A listing that its channel was told of, with so many units in stock. */
export async function listedOn(ctx: Context, targets: Listings.ListingTargets, units: number, input = {}) {
  const productId = await productOnSale(ctx);
  await restock(ctx, productId, units);
  const { id } = await makeListing(ctx, productId, { ...onEbay, ...input });
  await project(ctx, { listings: [id] });
  await Listings.command(ctx, { id, command: "publish" }, targets);
  await settled(ctx, [id], targets);
  return { id, productId };
}

/** A change of a product's stock, as the stream tells it; what is there now is read anew. */
export function stockChange(ctx: Context, productId: string): Listings.Change {
  const { organizationId } = ctx.actor;
  const sk = `${productId}#loc_main`;
  return { new: { pk: orgPartition(organizationId, "STOCK"), sk, entity: "stock", available: -1 } };
}
