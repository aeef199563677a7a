import * as Accounts from "../core/accounts/index.ts";
import * as Catalog from "../core/catalog/index.ts";
import * as Channels from "../core/channels/index.ts";
import { connectorNamed } from "../core/connectors/index.ts";
import * as Inventory from "../core/inventory/index.ts";
import * as Listings from "../core/listings/index.ts";
import { type Context, createContext, systemActor } from "../core/platform/context.ts";
import type { OrganizationId } from "../core/platform/ids.ts";
import * as Suppliers from "../core/suppliers/index.ts";
import { createResources } from "../functions/resources.ts";
import { STAND_INS, type StandIn } from "./sandbox/stand-ins.ts";

/** Units of each size that the demo has, as many as its stand-ins have asks of it. */
const UNITS = 3;
const SIZES = ["7", "7.5"] as const;
const EVERY_MINUTES = 5;
const CURRENCY = "USD";

const once = (ctx: Context, step: string): Context => ({ ...ctx, idempotencyKey: `demo ${step}` });

/**
 * A business to look at: an account at each of these stand-ins, a wholesaler whose goods come in, channels whose orders
 * come in, and shoes that are listed on all of them. May be begun again after a start that was cut short: every step has
 * a key by which it is done once.
 */
export async function openBusiness(organizationId: string, connected: readonly string[]): Promise<void> {
  const resources = createResources(process.env);
  const actor = systemActor(organizationId as OrganizationId, CURRENCY, "first-start");
  const ctx = createContext(resources, { actor, requestId: resources.newId("request") });
  const standIns = STAND_INS.filter(({ name }) => connected.includes(name));
  for (const standIn of standIns) await connect(ctx, standIn);
  const channels = standIns.filter(({ goods }) => goods);
  if (channels.length === 0) return;
  for (const [index, size] of SIZES.entries()) await sell(ctx, size, channels, index);
}

async function connect(ctx: Context, { name, account }: StandIn): Promise<void> {
  const { title = name, capabilities = [] } = connectorNamed(name) ?? {};
  const { id: accountId } = await Accounts.createAccount(once(ctx, `account ${name}`), {
    provider: name,
    name: `${title} demo`,
    ...account,
  });
  if (capabilities.includes("orders")) {
    await Channels.putOrdersSync(ctx, { accountId, input: { everyMinutes: 1 } });
  }
  // A shop's own products are what it sells, not what is bought.
  if (capabilities.includes("catalogue") && !capabilities.includes("listings")) {
    const connection = { accountId, everyMinutes: EVERY_MINUTES };
    const supplier = await Suppliers.createSupplier(once(ctx, `supplier ${name}`), {
      name: `${title} demo`,
      connection,
    });
    await Suppliers.startSync(once(ctx, `sync ${name}`), { supplierId: supplier.id, input: {} });
  }
}

async function sell(ctx: Context, size: string, channels: readonly StandIn[], index: number): Promise<void> {
  const usd = (amount: string) => ({ amount, currency: CURRENCY });
  const { id: productId } = await Catalog.createProduct(once(ctx, `product ${size}`), {
    sku: `DEMO-RUNNER-${size}`,
    name: `Demo Runner Slate, US ${size}`,
    cost: usd("62.00"),
    price: usd("115.00"),
    attributes: { size, styleCode: "DM1001-100" },
  });
  await Catalog.changeStatus(once(ctx, `activate ${size}`), { id: productId, transition: "activate" });
  const restock = { changeType: "restock", quantity: UNITS, unitCost: usd("62.00") };
  await Inventory.adjust(once(ctx, `restock ${size}`), { productId, input: restock });
  const targets = Channels.listingTargets();
  for (const { name, goods } of channels) {
    const listing = await Listings.createListing(once(ctx, `listing ${name} ${size}`), {
      productId,
      platformType: name,
      platformSku: goods?.[index] ?? "",
    });
    await Listings.command(once(ctx, `publish ${name} ${size}`), { id: listing.id, command: "publish" }, targets);
  }
}
