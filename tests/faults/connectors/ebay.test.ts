import { expect } from "vitest";
import { connector } from "../../../core/connectors/ebay/connector.ts";
import { manifest } from "../../../core/connectors/ebay/manifest.ts";
import { sell } from "../../../local/sandbox/ebay/demo.ts";
import { EBAY_DEMO, type EbaySandbox, startEbaySandbox } from "../../../local/sandbox/ebay/server.ts";
import { connectorFaults } from "../../support/connector-faults.ts";
import { ordersOf } from "../../support/ebay.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";

const connectTo = (sandbox: EbaySandbox) => (options: SandboxOptions) =>
  sandboxConnection(manifest, { api: sandbox.url }, { ...EBAY_DEMO, ...options });

const HOUR_MS = 3_600_000;

connectorFaults("ebay", [
  {
    name: "orders",
    match: "GET /sell/fulfillment/v1/order",
    async start({ now }) {
      const sandbox = await startEbaySandbox({ now, items: 400 });
      const made = Array.from({ length: 450 }, (_, second) =>
        sell(sandbox.state, {}, now() - HOUR_MS + second * 1_000),
      );
      return {
        provider: sandbox,
        connect: connectTo(sandbox),
        run: async (connection) => [...new Set(await ordersOf(connection, now() - 2 * HOUR_MS, now()))],
        expected: made.map(({ orderId }) => orderId),
      };
    },
  },
  {
    name: "quantities",
    match: "POST /sell/inventory/v1/bulk_update_price_quantity",
    async start({ now }) {
      const sandbox = await startEbaySandbox({ now });
      const skus = ["DEMO-EBAY-0001", "DEMO-EBAY-0005", "DEMO-EBAY-0006"];
      return {
        provider: sandbox,
        connect: connectTo(sandbox),
        async run(connection) {
          const outcomes = await connector.listings?.setQuantities(
            connection,
            skus.map((sku) => ({ id: sku, platformSku: sku, quantity: 3, availableFrom: "inStock" })),
          );
          return (outcomes ?? []).flatMap(({ id, ok }) => (ok === true ? [id] : []));
        },
        expected: skus,
        check() {
          const offers = Object.values(sandbox.state.offers).filter(({ sku }) => skus.includes(sku));
          expect(offers.map(({ availableQuantity }) => availableQuantity)).toEqual([3, 3, 3, 3]);
        },
      };
    },
  },
  {
    name: "fulfilments",
    match: "/shipping_fulfillment",
    async start({ now }) {
      const sandbox = await startEbaySandbox({ now });
      const { orderId, lineItems } = sandbox.sell({ quantity: 2 });
      const fulfilment = {
        id: "ful_1",
        externalOrderId: orderId,
        lines: [{ externalLineId: lineItems[0]?.lineItemId ?? "", quantity: 1 }],
        carrier: "USPS",
        trackingNumber: "9400 1000 0000",
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
        check: () => expect(sandbox.state.fulfillments[orderId]).toHaveLength(1),
      };
    },
  },
]);
