import { describe, expect, onTestFinished, test } from "vitest";
import { alias, fulfilments, listings, offers, orders, prices, shown } from "../../support/alias.ts";
import { connectorFaults, type FaultyJob, type FaultyWork } from "../../support/connector-faults.ts";
import { readOrders } from "../../support/order-pages.ts";
import { ended, wentWell } from "../../support/outcomes.ts";

const WANTED = [0, 1, 2, 5];
/** Of each size, in the stand-in. */
const ASKS = 3;

const fulfilmentOf = (externalOrderId: string) => ({
  id: "ful_1",
  externalOrderId,
  lines: [],
  shippedAt: "2026-11-21T12:00:00.000Z",
});

const listingJob = (name: string, match: string, wanted: readonly number[] = WANTED): FaultyJob => ({
  name,
  match,
  async start(clock): Promise<FaultyWork> {
    const { sandbox, connect } = await alias({ now: clock.now });
    const { catalogId = "", sizes = [] } = sandbox.catalogue[0] ?? {};
    const skus = wanted.map((_quantity, index) => `${catalogId}/${sizes[index] ?? 0}`);
    return {
      provider: sandbox,
      connect,
      expected: skus,
      async run(connection) {
        const updates = skus.map((sku, index) => ({
          id: sku,
          platformSku: sku,
          quantity: wanted[index] ?? 0,
          availableFrom: "inStock",
        }));
        const told = (await listings?.setQuantities(connection, updates)) ?? [];
        return wentWell(await ended(connection, told, listings?.operations));
      },
      check: () =>
        expect(wanted.map((_quantity, index) => shown(sandbox, catalogId, sizes[index] ?? 0))).toEqual(
          wanted.map((quantity) => Math.min(quantity, ASKS)),
        ),
    };
  },
});

connectorFaults("Alias", [
  {
    name: "orders",
    match: "GET /api/v1/orders",
    async start(clock) {
      const { sandbox, connect } = await alias({ now: clock.now });
      const made = Array.from({ length: 120 }, () => sandbox.sell().id);
      return {
        provider: sandbox,
        connect,
        expected: made,
        async run(connection) {
          const read = await readOrders<{ id: string }>(orders, connection);
          return [...new Set(read.map(({ id }) => id))];
        },
      };
    },
  },
  listingJob("what is listed, and how batches went", "GET /api/v1/listings"),
  listingJob("what is taken off", "POST /api/v1/listings/batch_deactivate"),
  // Nothing is taken off first: what has left stands, and what comes after it is told of one by one instead.
  listingJob("what is put on", "POST /api/v1/listings/batch_activate", [3, 3, 3, 3]),
  {
    name: "prices",
    match: "POST /api/v1/listings/batch_update",
    async start(clock) {
      const { sandbox, connect } = await alias({ now: clock.now });
      const { catalogId = "", sizes: [size = 0] = [] } = sandbox.catalogue[0] ?? {};
      const sku = `${catalogId}/${size}`;
      return {
        provider: sandbox,
        connect,
        expected: [sku],
        async run(connection) {
          const update = { id: sku, platformSku: sku, price: { minor: 12_300, currency: "USD" } };
          const told = (await prices?.setPrices(connection, [update])) ?? [];
          return wentWell(await ended(connection, told, prices?.operations));
        },
        check() {
          const mine = Object.values(sandbox.state.listings).filter(
            (one) => one.catalog_id === catalogId && one.size === size,
          );
          expect(mine.map(({ price_cents }) => price_cents)).toEqual(["12300", "12300", "12300"]);
        },
      };
    },
  },
  {
    name: "a search",
    match: "GET /api/v1/",
    async start(clock) {
      const { sandbox, connect } = await alias({ now: clock.now });
      return {
        provider: sandbox,
        connect,
        expected: sandbox.catalogue.slice(0, 1).map(({ catalogId }) => catalogId),
        async run(connection) {
          const query = sandbox.catalogue[0]?.sku ?? "";
          const found = await offers?.search(connection, { query, limit: 10, currency: "USD" });
          return found?.products.map(({ externalId }) => externalId) ?? [];
        },
      };
    },
  },
  {
    name: "what was sent",
    match: "GET /api/v1/orders/",
    async start(clock) {
      const { sandbox, connect } = await alias({ now: clock.now });
      const { id } = sandbox.sell();
      return {
        provider: sandbox,
        connect,
        expected: [id],
        async run(connection) {
          const outcome = await fulfilments?.fulfil(connection, fulfilmentOf(id));
          return outcome?.ok === true ? [id] : [];
        },
        check: () => expect(sandbox.state.orders[id]?.status).toBe("ORDER_STATUS_IN_TRANSIT"),
      };
    },
  },
]);

describe("what was sent to an Alias order", () => {
  test.each(["halfAnswer", "malformedJson", "wrongTypes", "disconnect", "serverError"] as const)(
    "is told once though the answer is lost to %s",
    async (kind) => {
      const { sandbox, connect } = await alias();
      onTestFinished(() => sandbox.stop());
      const { id } = sandbox.sell();
      const connection = await connect();
      sandbox.faults.set([{ kind, match: "/ship", times: 1 }]);
      expect(await fulfilments?.fulfil(connection, fulfilmentOf(id))).toEqual({ id: "ful_1", ok: true });
      expect(sandbox.state.orders[id]?.status).toBe("ORDER_STATUS_IN_TRANSIT");
      const told = sandbox.calls.length;
      await fulfilments?.fulfil(connection, fulfilmentOf(id));
      expect(sandbox.calls.slice(told).map(({ method }) => method)).toEqual(["GET"]);
    },
  );
});
