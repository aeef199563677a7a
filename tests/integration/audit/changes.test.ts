import { describe, expect, it } from "vitest";
import * as Audit from "../../../core/audit/index.ts";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Identity from "../../../core/identity/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import * as Outbound from "../../../core/outbound/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { withEvents } from "../../support/privacy.ts";
import { stocked, usd } from "../../support/stock.ts";

/** The newest entry of the log of this action, as it is read. */
async function entryOf(ctx: Context, events: readonly { new: object }[], action: string) {
  await Audit.appendEvents(ctx, events as Parameters<typeof Audit.appendEvents>[1]);
  const { items } = await Audit.listAudit(ctx, { action });
  expect(items.length, `no entry says ${action}`).toBeGreaterThan(0);
  return items[0];
}

describe("an entry of the audit log", () => {
  it("says of a product what its price and status were, and are", async () => {
    const { ctx, events } = withEvents(cloudContext());
    const { id } = await stocked(ctx, "A", 1);
    await Catalog.updateProduct(ctx, { id, changes: { price: usd("17.50"), name: "Another name" } });
    expect(await entryOf(ctx, events, "product.updated")).toMatchObject({
      data: { id, changes: { price: [usd("15.00"), usd("17.50")], name: ["Product A", "Another name"] } },
    });
    await Catalog.changeStatus(ctx, { id, transition: "activate" });
    expect(await entryOf(ctx, events, "product.activated")).toMatchObject({ data: { id, from: "draft" } });
  });

  it("says of a role what it allowed, and allows", async () => {
    const { ctx, events } = withEvents(cloudContext());
    const { id } = await Identity.createRole(ctx, { name: "Warehouse", permissions: ["inventory.read"] });
    await Identity.changeRole(ctx, id, { permissions: ["inventory.read", "inventory.adjust"] });
    expect(await entryOf(ctx, events, "role.changed")).toMatchObject({
      data: { roleId: id, changes: { permissions: [["inventory.read"], ["inventory.adjust", "inventory.read"]] } },
    });
  });

  it("says of a supplier what was changed, but not where its feed is, which may hold a secret", async () => {
    const { ctx, events } = withEvents(cloudContext());
    const { id } = await Suppliers.createSupplier(ctx, { name: "Demo Trade" });
    const mapping = { sku: "sku", name: "name", cost: "cost" };
    const feed = { format: "csv", mapping, url: "https://feeds.example/list.csv?token=of-the-tests" };
    await Suppliers.updateSupplier(ctx, { id, changes: { name: "Demo Wholesale", feed } });
    const entry = await entryOf(ctx, events, "supplier.updated");
    expect(entry).toMatchObject({
      data: { fields: ["name", "feed"], changes: { name: ["Demo Trade", "Demo Wholesale"] } },
    });
    expect(JSON.stringify(events)).not.toContain("of-the-tests");
  });

  it("says of a listing and of a webhook endpoint what was changed", async () => {
    const { ctx, events } = withEvents(cloudContext());
    const { id: productId } = await stocked(ctx, "A", 5);
    await Catalog.changeStatus(ctx, { id: productId, transition: "activate" });
    const listing = await Listings.createListing(ctx, { productId, platformType: "shop", platformSku: "A" });
    await Listings.updateListing(ctx, { id: listing.id, changes: { buffer: 2 } });
    expect(await entryOf(ctx, events, "listing.updated")).toMatchObject({ data: { changes: { buffer: [0, 2] } } });
    const url = "https://receiver.example/hooks";
    const { id } = await Outbound.createEndpoint(ctx, { url, eventTypes: ["order.*"] });
    await Outbound.updateEndpoint(ctx, { id, changes: { eventTypes: ["product.*"] } });
    expect(await entryOf(ctx, events, "webhookEndpoint.updated")).toMatchObject({
      data: { changes: { eventTypes: [["order.*"], ["product.*"]] } },
    });
  });
});
