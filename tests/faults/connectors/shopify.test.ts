import { expect } from "vitest";
import { connector } from "../../../core/connectors/shopify/connector.ts";
import { manifest } from "../../../core/connectors/shopify/manifest.ts";
import { putProduct, putVariant, sell } from "../../../local/sandbox/shopify/demo.ts";
import {
  CUSTOM_APP,
  SHOPIFY_DEMO,
  type ShopifySandbox,
  startShopifySandbox,
} from "../../../local/sandbox/shopify/server.ts";
import { connectorFaults } from "../../support/connector-faults.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { shopOrders, shownOf } from "../../support/shopify.ts";

const connectTo =
  (sandbox: ShopifySandbox, account: Pick<SandboxOptions, "credentials" | "settings"> = SHOPIFY_DEMO) =>
  (options: SandboxOptions) =>
    sandboxConnection(manifest, { api: sandbox.url }, { ...account, ...options });

/** The clock stands still, and buckets with it. */
const UNCOUNTED = { maximum: 1_000_000, restoreRate: 100 };

const GRAPHQL = "/graphql.json";
const HOUR_MS = 3_600_000;
const SKUS = ["DEMO-SHOP-0001", "DEMO-SHOP-0002", "DEMO-SHOP-0003"];

connectorFaults("shopify", [
  {
    name: "catalogue",
    match: GRAPHQL,
    async start({ now }) {
      const sandbox = await startShopifySandbox({ now, variants: 230, points: UNCOUNTED });
      return {
        provider: sandbox,
        connect: connectTo(sandbox),
        async run(connection) {
          const ids: string[] = [];
          for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
            const page = await connector.catalogue?.page(connection, { limit: 100, ...(cursor ? { cursor } : {}) });
            ids.push(...(page?.products ?? []).map(({ externalId }) => externalId));
            cursor = page?.nextCursor;
          }
          expect(new Set(ids).size).toBe(ids.length);
          return ids;
        },
        expected: Object.keys(sandbox.state.variants),
      };
    },
  },
  {
    name: "orders",
    match: "/orders.json",
    async start({ now }) {
      const sandbox = await startShopifySandbox({ now, variants: 1 });
      putVariant(sandbox.state, {
        productId: putProduct(sandbox.state, { title: "Busy", now: now() }),
        sku: "BUSY",
        quantity: 10_000,
        now: now(),
      });
      const made = Array.from({ length: 600 }, (_, second) =>
        sell(sandbox.state, { sku: "BUSY" }, now() - HOUR_MS + second * 1_000),
      );
      return {
        provider: sandbox,
        connect: connectTo(sandbox),
        run: (connection) => shopOrders(connection, { from: now() - 2 * HOUR_MS, to: now() }),
        expected: made.map((order) => String(order?.id)),
      };
    },
  },
  {
    name: "quantities, of an app whose token lasts",
    match: GRAPHQL,
    async start({ now }) {
      const sandbox = await startShopifySandbox({ now });
      return {
        provider: sandbox,
        connect: connectTo(sandbox, CUSTOM_APP),
        async run(connection) {
          const updates = SKUS.map((sku) => ({ id: sku, platformSku: sku, quantity: 3, availableFrom: "inStock" }));
          const outcomes = await connector.listings?.setQuantities(connection, updates);
          return (outcomes ?? []).flatMap(({ id, ok }) => (ok === true ? [id] : []));
        },
        expected: SKUS,
        check: () => expect(SKUS.map((sku) => shownOf(sandbox.state, sku))).toEqual([3, 3, 3]),
      };
    },
  },
  {
    name: "prices",
    match: GRAPHQL,
    async start({ now }) {
      const sandbox = await startShopifySandbox({ now });
      return {
        provider: sandbox,
        connect: connectTo(sandbox),
        async run(connection) {
          const price = { minor: 4_321, currency: "USD" };
          const updates = SKUS.map((sku) => ({ id: sku, platformSku: sku, price }));
          const outcomes = await connector.prices?.setPrices(connection, updates);
          return (outcomes ?? []).flatMap(({ id, ok }) => (ok === true ? [id] : []));
        },
        expected: SKUS,
        check() {
          const priced = Object.values(sandbox.state.variants).filter(({ price }) => price === "43.21");
          expect(priced.map(({ sku }) => sku)).toEqual(SKUS);
        },
      };
    },
  },
  {
    // The mutation may not be sent again by itself: what has come of it is read first, when the message comes again.
    name: "fulfilments",
    match: GRAPHQL,
    repeatable: false,
    async start({ now }) {
      const sandbox = await startShopifySandbox({ now });
      const order = sandbox.sell({ quantity: 2 });
      const fulfilment = {
        id: "ful_1",
        externalOrderId: String(order?.id),
        lines: [{ externalLineId: String(order?.line_items[0]?.id), quantity: 1 }],
        carrier: "UPS",
        trackingNumber: "1Z0000",
        shippedAt: new Date(now()).toISOString(),
      };
      return {
        provider: sandbox,
        connect: connectTo(sandbox),
        async run(connection) {
          const outcome = await connector.fulfilments?.fulfil(connection, fulfilment);
          return outcome?.ok === true ? [outcome.id] : [];
        },
        expected: ["ful_1"],
        check: () => expect(order?.fulfillments).toHaveLength(1),
      };
    },
  },
]);
