import { expect, test } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import * as Catalog from "../../../core/catalog/index.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { CUSTOM_APP, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { goingClock, offersById } from "../../support/ownerclan.ts";
import { finishSync } from "../../support/work.ts";

test("a shop of Shopify's is read as any account is that has a catalogue", async () => {
  const { now, advance } = goingClock();
  const shop = await startShopifySandbox({ now, variants: 12 });
  advance(3_600_000);
  try {
    const plain = cloudContext({ now });
    const { metrics, log, config } = plain;
    const ctx = {
      ...plain,
      config: { ...config, connectorBases: new Map([["shopify", { api: shop.url, auth: shop.url }]]) },
      http: createHttpClient({ metrics, log, now, allowPrivateAddresses: true, sleep: async () => {} }),
    };
    const account = await Accounts.createAccount(ctx, { provider: "shopify", name: "Demo shop", ...CUSTOM_APP });
    const supplier = await Suppliers.createSupplier(ctx, { name: "Shop", connection: { accountId: account.id } });
    const sync = async () =>
      finishSync(ctx, (await Suppliers.startSync(ctx, { supplierId: supplier.id, input: {} })).id);
    expect(await sync()).toMatchObject({ kind: "supplier-catalogue", fetched: 12, created: 12, rejected: 0 });
    expect((await offersById(ctx, supplier.id)).size).toBe(12);
    expect((await Catalog.getProductBySku(ctx, "DEMO-SHOP-0001")).name).toContain("Demo product 1");

    advance(3_600_000);
    const [variant] = Object.values(shop.state.variants);
    const product = shop.state.products[variant?.productId ?? 0];
    if (!variant || !product) throw new Error("The stand-in has no goods");
    variant.price = "77.00";
    variant.updatedAt = product.updatedAt = new Date(now()).toISOString();
    expect(await sync()).toMatchObject({ kind: "supplier-changes", fetched: 1, accepted: 1, vanished: 0 });
  } finally {
    await shop.stop();
  }
});
