import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CHANNELS,
  ChannelSchema,
  isChannel,
  isMarketplace,
  MARKETPLACES,
  readOrders,
} from "../../../../core/orders/channels/index.ts";
import { aliasOrder, ebayOrder, faultsOf, shopifyOrder, stockxOrder } from "./payloads.ts";

const ORDERS = { stockx: stockxOrder(), ebay: ebayOrder(), alias: aliasOrder(), shopify: shopifyOrder() };

const PAGES = [
  ["stockx", { count: 1, pageSize: 10, pageNumber: 1, hasNextPage: false, orders: [ORDERS.stockx] }],
  ["ebay", { href: "x", total: 1, limit: 50, offset: 0, next: "y", orders: [ORDERS.ebay] }],
  ["alias", { results: [ORDERS.alias], pagination: { next_page_token: "t" } }],
  ["alias", { orders: [ORDERS.alias], has_more: false }],
  ["shopify", { orders: [ORDERS.shopify] }],
  ["shopify", { order: ORDERS.shopify }],
] as const;

describe("a payload of orders", () => {
  test.each(PAGES)("of %s is read the same as a page, an array and an order", (channel, page) => {
    const alone = readOrders(channel, ORDERS[channel]);
    expect(alone).toMatchObject([{ index: 0, original: ORDERS[channel], draft: { channel } }]);
    expect(readOrders(channel, [ORDERS[channel]])).toEqual(alone);
    expect(readOrders(channel, page)).toEqual(alone);
  });

  test.each(MARKETPLACES)("of %s keeps its places: a bad order is refused alone, with what it was", (channel) => {
    const good = ORDERS[channel];
    const read = readOrders(channel, { orders: [good, { hello: "world" }, null, good] });
    expect(read.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(read.map((order) => "draft" in order)).toEqual([true, false, false, true]);
    expect(read.map(({ original }) => original)).toEqual([good, { hello: "world" }, null, good]);
  });

  test("may be an empty page", () => {
    expect(readOrders("ebay", { total: 0, orders: [] })).toEqual([]);
  });

  test.each([[null], ["text"], [7], [undefined], [{ orders: "none" }], [{ orders: { 0: {} } }]])(
    "that is %j is one refusal",
    (payload) => {
      for (const channel of MARKETPLACES) expect(faultsOf(channel, payload)).toMatchObject([{ code: "NOT_ORDERS" }]);
    },
  );

  test.each([
    ["stockx", { statusCode: 401, message: "Unauthorized" }],
    ["ebay", { errors: [{ errorId: 30_500, domain: "API_FULFILLMENT", category: "APPLICATION" }] }],
    ["alias", { code: 3, message: "Missing parameter", details: [] }],
    ["shopify", { errors: "Not Found" }],
  ] as const)("that is an error answer of %s is refused, not taken for an order", (channel, answer) => {
    expect(faultsOf(channel, answer).length).toBeGreaterThan(0);
  });

  test("never throws, whatever one of its fields becomes, and always tells what is wrong with it", () => {
    const change = fc.record({
      channel: fc.constantFrom(...MARKETPLACES),
      field: fc.nat(),
      value: fc.oneof(fc.jsonValue(), fc.constant(undefined)),
    });
    fc.assert(
      fc.property(change, ({ channel, field, value }) => {
        const order: Record<string, unknown> = ORDERS[channel];
        const names = Object.keys(order);
        const name = names[field % names.length] ?? "";
        const [read] = readOrders(channel, [{ ...order, [name]: value }]);
        if (read && "faults" in read) expect(read.faults.length).toBeGreaterThan(0);
        else expect(read?.draft.lines.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test("is not changed by being read", () => {
    for (const channel of MARKETPLACES) {
      const before = structuredClone(ORDERS[channel]);
      readOrders(channel, ORDERS[channel]);
      expect(ORDERS[channel]).toEqual(before);
    }
  });
});

describe("the list of channels", () => {
  test("holds our own, files and the marketplaces", () => {
    expect(CHANNELS).toEqual(["shop", "manual", "file", "stockx", "ebay", "alias", "shopify"]);
    expect(CHANNELS.filter(isMarketplace)).toEqual([...MARKETPLACES]);
    expect(["amazon", "constructor", ""].some(isChannel)).toBe(false);
    expect(ChannelSchema.safeParse("goat").success).toBe(false);
  });
});
