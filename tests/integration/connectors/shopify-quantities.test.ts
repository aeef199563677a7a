import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/shopify/connector.ts";
import { manifest } from "../../../core/connectors/shopify/manifest.ts";
import type { Connection } from "../../../core/connectors/wire.ts";
import { putProduct, putVariant } from "../../../local/sandbox/shopify/demo.ts";
import { SHOPIFY_DEMO, type ShopifySandbox, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { sandboxConnection } from "../../support/connectors.ts";
import { stoppedClock } from "../../support/recording.ts";
import { shownOf } from "../../support/shopify.ts";

const clock = stoppedClock();
let sandbox: ShopifySandbox;
let connection: Connection;
let made = 0;

beforeAll(async () => {
  sandbox = await startShopifySandbox({ now: clock.now, variants: 0, points: { maximum: 1e9, restoreRate: 1 } });
  connection = await sandboxConnection(manifest, { api: sandbox.url }, { ...SHOPIFY_DEMO, now: clock.now });
});

afterAll(() => sandbox.stop());

function onShelf(quantity: number): string {
  const sku = `SKU-${++made}`;
  putVariant(sandbox.state, {
    productId: putProduct(sandbox.state, { title: sku, now: clock.now() }),
    sku,
    quantity,
    now: clock.now(),
  });
  return sku;
}

const buys = (sku: string, quantity: number) => {
  clock.advance(1);
  if (!sandbox.sell({ sku, quantity })) throw new Error("It is sold out");
};

/** Something happens after the shop was read and before it is written. */
function interrupted(happen: () => void): Connection {
  let isDone = false;
  return {
    ...connection,
    call: async (request, schema) => {
      if (!isDone && request.body?.includes("inventorySetQuantities")) {
        isDone = true;
        happen();
      }
      return connection.call(request, schema);
    },
  };
}

async function tell(
  sku: string,
  quantity: number,
  { shown, by = connection }: { shown?: number; by?: Connection } = {},
) {
  clock.advance(1);
  const update = {
    id: sku,
    platformSku: sku,
    quantity,
    availableFrom: "inStock",
    ...(shown === undefined ? {} : { shown }),
  };
  const [outcome] = (await connector.listings?.setQuantities(by, [update])) ?? [];
  return outcome;
}

describe("a sale on the shop itself", () => {
  test("between the reading and the writing is not written over", async () => {
    const sku = onShelf(10);
    expect(await tell(sku, 9, { by: interrupted(() => buys(sku, 2)) })).toMatchObject({ ok: true });
    expect(shownOf(sandbox.state, sku)).toBe(7);
  });

  test("whose order we have yet to read is taken off what the shop is to show", async () => {
    const sku = onShelf(10);
    buys(sku, 2);
    expect(await tell(sku, 9, { shown: 10 })).toMatchObject({ ok: true });
    expect(shownOf(sandbox.state, sku)).toBe(7);
    // Told again, it is the same; and with the order read the shop shows what we say.
    await tell(sku, 9, { shown: 9 });
    expect(shownOf(sandbox.state, sku)).toBe(7);
    await tell(sku, 7, { shown: 7 });
    expect(shownOf(sandbox.state, sku)).toBe(7);
  });

  test("in the middle of a call that knew what was shown sends the call back to who knows more by now", async () => {
    const sku = onShelf(10);
    const outcome = await tell(sku, 9, { shown: 10, by: interrupted(() => buys(sku, 2)) });
    expect(outcome).toMatchObject({ ok: false, transient: true, code: "CHANGED_MEANWHILE" });
    expect(shownOf(sandbox.state, sku)).toBe(8);
  });

  test("leaves those of a batch alone that it does not concern", async () => {
    const [busy, quiet] = [onShelf(10), onShelf(10)];
    const updates = [busy, quiet].map((sku) => ({
      id: sku,
      platformSku: sku,
      quantity: 9,
      availableFrom: "inStock",
      shown: 10,
    }));
    const outcomes = await connector.listings?.setQuantities(
      interrupted(() => buys(busy, 1)),
      updates,
    );
    expect(outcomes).toMatchObject([{ ok: false, transient: true }, { ok: true }]);
    expect(shownOf(sandbox.state, quiet)).toBe(9);
  });
});

test("more on the shop than we know of is somebody's count, and ours stands", async () => {
  const sku = onShelf(50);
  expect(await tell(sku, 9, { shown: 10 })).toMatchObject({ ok: true });
  expect(shownOf(sandbox.state, sku)).toBe(9);
});

test("two writers of the same change at once make it once", async () => {
  const sku = onShelf(10);
  const outcomes = await Promise.all([tell(sku, 6, { shown: 10 }), tell(sku, 6, { shown: 10 })]);
  expect(outcomes.filter((one) => one?.ok === true).length).toBeGreaterThan(0);
  expect(shownOf(sandbox.state, sku)).toBeLessThanOrEqual(6);
});

test("two writers of different changes never show more than the lesser of them leaves after a sale", async () => {
  for (let turn = 0; turn < 10; turn++) {
    const sku = onShelf(10);
    const sold = () => buys(sku, 2);
    await Promise.all([tell(sku, 9, { by: interrupted(sold) }), tell(sku, 8)]);
    expect(shownOf(sandbox.state, sku)).toBeLessThanOrEqual(7);
  }
});

test.each([
  ["that no variant has", () => "NOWHERE", "NOT_PUBLISHED"],
  [
    "that Shopify does not count",
    () => {
      const sku = onShelf(1);
      for (const one of Object.values(sandbox.state.variants)) if (one.sku === sku) one.tracked = false;
      return sku;
    },
    "NOT_TRACKED",
  ],
  [
    "that is not at the location",
    () => {
      const sku = onShelf(1);
      for (const one of Object.values(sandbox.state.variants)) if (one.sku === sku) one.available = {};
      return sku;
    },
    "NOT_STOCKED",
  ],
])("a SKU %s is refused for good", async (_, prepare, code) => {
  expect(await tell(prepare(), 3)).toMatchObject({ ok: false, transient: false, code });
});

test("a SKU with what Shopify's search has a meaning for is found all the same", async () => {
  const sku = onShelf(4);
  for (const one of Object.values(sandbox.state.variants)) if (one.sku === sku) one.sku = String.raw`A "B" \ OR sku:*`;
  expect(await tell(String.raw`A "B" \ OR sku:*`, 3)).toMatchObject({ ok: true });
});

type Step = "shopSale" | "otherSale" | "readOrders" | "tell" | "tellDuringSale";
const STEPS: Step[] = ["shopSale", "otherSale", "readOrders", "tell", "tellDuringSale"];

test("however sales, orders and writings follow each other, the shop never offers a unit that is sold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { maxLength: 14 }), async (steps) => {
      const sku = onShelf(20);
      /** Units there are in truth; units that we think there are; what we think that the shop shows. */
      const world = { left: 20, known: 20, shown: 20, unread: 0 };
      const shopSale = () => {
        if ((shownOf(sandbox.state, sku) ?? 0) < 1) return;
        buys(sku, 1);
        world.left -= 1;
        world.unread += 1;
      };
      const tellIt = async (by: Connection) => {
        const quantity = world.known;
        const outcome = await tell(sku, quantity, { shown: world.shown, by });
        if (outcome?.ok !== true) return;
        world.shown = quantity;
        expect(shownOf(sandbox.state, sku)).toBeLessThanOrEqual(world.left);
      };
      const run: Record<Step, () => void | Promise<void>> = {
        shopSale,
        otherSale: () => {
          if (world.known < 1 || world.left < 1) return;
          world.left -= 1;
          world.known -= 1;
        },
        readOrders: () => {
          world.known -= world.unread;
          world.shown -= world.unread;
          world.unread = 0;
        },
        tell: () => tellIt(connection),
        tellDuringSale: () => tellIt(interrupted(shopSale)),
      };
      for (const step of steps) await run[step]();
      // In the end it shows all there is: no unit is held back for good.
      await run.readOrders();
      await run.tell();
      expect(shownOf(sandbox.state, sku)).toBe(world.left);
    }),
    { numRuns: 60 },
  );
});
