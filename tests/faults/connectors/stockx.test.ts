import { expect } from "vitest";
import { connectorFaults, type FaultyJob, type FaultyWork } from "../../support/connector-faults.ts";
import { readOrders } from "../../support/order-pages.ts";
import { ended, wentWell } from "../../support/outcomes.ts";
import { listings, NO_LIMITS, offers, orders, prices, shown, stockx } from "../../support/stockx.ts";

const orderJob = (name: string, match: string): FaultyJob => ({
  name,
  match,
  async start(clock): Promise<FaultyWork> {
    const { sandbox, connect } = await stockx({ now: clock.now, limits: NO_LIMITS });
    const made = Array.from({ length: 140 }, () => sandbox.sell());
    // Every second page's worth has ended: both lists have more than one page.
    for (let more = 0; more < 110; more++) {
      const [product] = sandbox.catalogue;
      sandbox.offer(product?.variants[0]?.variantId ?? "", "100");
      made.push(sandbox.change(sandbox.sell().orderNumber, { status: "COMPLETED" }));
    }
    return {
      provider: sandbox,
      connect,
      async run(connection) {
        const read = await readOrders<{ orderNumber: string }>(orders, connection);
        return [...new Set(read.map(({ orderNumber }) => orderNumber))];
      },
      expected: made.map(({ orderNumber }) => orderNumber),
    };
  },
});

const UPDATES = [0, 1, 2, 5];

const listingJob = (name: string, match: string): FaultyJob => ({
  name,
  match,
  async start(clock): Promise<FaultyWork> {
    const { sandbox, connect } = await stockx({ now: clock.now, limits: NO_LIMITS });
    const variants = sandbox.catalogue.slice(0, UPDATES.length).map(({ variants: [first] }) => first?.variantId ?? "");
    return {
      provider: sandbox,
      connect,
      expected: variants,
      async run(connection) {
        const updates = variants.map((variantId, index) => ({
          id: variantId,
          platformSku: variantId,
          quantity: UPDATES[index] ?? 0,
          availableFrom: "inStock",
        }));
        const told = (await listings?.setQuantities(connection, updates)) ?? [];
        return wentWell(await ended(connection, told, listings?.operations));
      },
      check: () => expect(variants.map((variantId) => shown(sandbox, variantId))).toEqual([0, 1, 2, 3]),
    };
  },
});

connectorFaults("StockX", [
  orderJob("orders under way", "GET /v2/selling/orders/active"),
  orderJob("orders that have ended", "GET /v2/selling/orders/history"),
  listingJob("what is listed", "GET /v2/selling/listings"),
  listingJob("quantities", "POST /v2/selling/batch/update-listing"),
  listingJob("how batches went", "GET /v2/selling/batch/update-listing"),
  {
    name: "prices",
    match: "POST /v2/selling/batch/update-listing",
    async start(clock) {
      const { sandbox, connect } = await stockx({ now: clock.now, limits: NO_LIMITS });
      const variantId = sandbox.catalogue[0]?.variants[0]?.variantId ?? "";
      return {
        provider: sandbox,
        connect,
        expected: [variantId],
        async run(connection) {
          const update = { id: variantId, platformSku: variantId, price: { minor: 12_350, currency: "USD" } };
          const told = (await prices?.setPrices(connection, [update])) ?? [];
          return wentWell(await ended(connection, told, prices?.operations));
        },
        check() {
          const mine = Object.values(sandbox.state.listings).filter((one) => one.variantId === variantId);
          expect(mine.map(({ amount }) => amount)).toEqual(["123.50", "123.50", "123.50"]);
        },
      };
    },
  },
  {
    name: "a search",
    match: "GET /v2/catalog",
    async start(clock) {
      const { sandbox, connect } = await stockx({ now: clock.now, limits: NO_LIMITS });
      return {
        provider: sandbox,
        connect,
        expected: sandbox.catalogue.slice(0, 3).map(({ productId }) => productId),
        async run(connection) {
          const found = await offers?.search(connection, { query: "Demo Runner", limit: 10, currency: "USD" });
          return found?.products.map(({ externalId }) => externalId) ?? [];
        },
      };
    },
  },
]);
