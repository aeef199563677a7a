import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Marketplace, readOrders } from "../../../../core/orders/channels/index.ts";
import { DATA, unpacked } from "../../../e2e/real-file.ts";
import { codesOf, draftOf, faultsOf, stockxOrder } from "./payloads.ts";

const present = existsSync(new URL("marketplace_apis", DATA));

/** One file of a gzipped tar archive by its exact name: blocks of 512 bytes, a header with name and octal size first. */
function recorded(path: string, name: string): unknown {
  const archive = unpacked(path);
  for (let place = 0; place < archive.length; ) {
    const text = (from: number, to: number) => archive.toString("utf8", place + from, place + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8) || 0;
    const start = place + 512;
    if (text(0, 100).replace(/^\.\//, "") === name) return JSON.parse(archive.toString("utf8", start, start + size));
    place = start + 512 * Math.ceil(size / 512);
  }
  throw new Error(`${name} is not in ${path}`);
}

const EBAY = ["marketplace_apis/ebay_getOrders_page.tar.gz", "getOrders_page.json"] as const;
const SHOPIFY = "shopify/shopify_rest_fixtures.tar.gz";

describe.skipIf(!present)(
  "what marketplaces really answered, in ../shared/data (skipped where that is not there)",
  () => {
    test("eBay's page is read whole, and its first order's lines are told to exceed its total", () => {
      const read = readOrders("ebay", recorded(...EBAY));
      const drafts = read.flatMap((order) => ("draft" in order ? [order.draft] : []));
      expect(drafts).toHaveLength(2);
      expect(drafts).toMatchObject([
        {
          status: "paid",
          currency: "EUR",
          total: { minor: 11_626, currency: "EUR" },
          shipping: { minor: 1626, currency: "EUR" },
          fees: [{ amount: { minor: 1983, currency: "EUR" } }],
          payout: { minor: 8502, currency: "GBP" },
          lines: [{ total: { minor: 10_000 } }, { total: { minor: 10_000 } }],
        },
        {
          status: "paid",
          total: { minor: 21_800, currency: "USD" },
          payout: { minor: 14_016, currency: "GBP" },
          shipByDate: "2023-08-04T06:59:59.000Z",
          warnings: [],
        },
      ]);
      expect(codesOf(drafts[0]?.warnings ?? [])).toEqual(["LINES_EXCEED_TOTAL"]);
    });

    test("Shopify's order is read, its lines beyond its total and its failed fulfilment told", () => {
      const draft = draftOf("shopify", recorded(SHOPIFY, "order.json"));
      expect(draft).toMatchObject({
        externalId: "450789469",
        status: "pending",
        placedAt: "2008-01-10T16:00:00.000Z",
        total: { minor: 40_994, currency: "USD" },
        customer: { name: "Bob Norman" },
      });
      expect(draft.lines.map(({ sku, unitPrice }) => [sku, unitPrice?.minor])).toEqual([
        ["IPOD2008GREEN", 19_900],
        ["IPOD2008RED", 19_900],
        ["IPOD2008BLACK", 19_900],
      ]);
      expect(codesOf(draft.warnings)).toEqual(["FULFILMENT_FAILED", "LINES_EXCEED_TOTAL"]);
    });

    test("Shopify's list without lines is refused for want of them", () => {
      expect(faultsOf("shopify", recorded(SHOPIFY, "orders.json"))).toMatchObject([{ path: "line_items" }]);
    });

    test("StockX's real payout adds up in an order that carries it", () => {
      const listing = recorded("marketplace_apis/stockx_v2_selling.tar.gz", "listing_active.json") as {
        amount: string;
        payout: unknown;
      };
      const draft = draftOf("stockx", stockxOrder({ amount: listing.amount, payout: listing.payout }));
      expect(draft.fees?.map(({ kind, amount }) => [kind, amount.minor])).toEqual([
        ["Minimum Transaction Fee", 571],
        ["Payment Proc. (3%)", 228],
        ["Shipping", 856],
      ]);
      expect(draft.payout).toEqual({ minor: 5945, currency: "USD" });
      expect(draft.warnings).toEqual([]);
    });

    test.each([
      ["stockx", "marketplace_apis/stockx_v2_selling.tar.gz", "listing_active.json"],
      ["alias", "marketplace_apis/alias_goat_responses.tar.gz", "api7_recent_sales_ERROR.json"],
      ["alias", "marketplace_apis/alias_goat_responses.tar.gz", "api9_recent_sales_WORKING.json"],
      ["shopify", SHOPIFY, "draft_order.json"],
      ["shopify", SHOPIFY, "refund.json"],
    ] as [Marketplace, string, string][])(
      "what %s answers that is no order (%s, %s) is refused",
      (channel, archive, name) => {
        expect(faultsOf(channel, recorded(archive, name)).length).toBeGreaterThan(0);
      },
    );
  },
);
