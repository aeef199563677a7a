import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/shopify/connector.ts";
import { manifest } from "../../../core/connectors/shopify/manifest.ts";
import type { Connection } from "../../../core/connectors/wire.ts";
import { putProduct, putVariant } from "../../../local/sandbox/shopify/demo.ts";
import { SHOPIFY_DEMO, type ShopifySandbox, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { sandboxConnection } from "../../support/connectors.ts";
import { stoppedClock } from "../../support/recording.ts";
import { shownOf } from "../../support/shopify.ts";

const { now } = stoppedClock();
let sandbox: ShopifySandbox;
let connection: Connection;

beforeAll(async () => {
  sandbox = await startShopifySandbox({ now, variants: 0, points: { maximum: 1e9, restoreRate: 1 } });
  connection = await sandboxConnection(manifest, { api: sandbox.url }, { ...SHOPIFY_DEMO, now });
});

afterAll(() => sandbox.stop());

function sells(...skus: string[]): void {
  const productId = putProduct(sandbox.state, { title: skus[0] ?? "", now: now() });
  for (const sku of skus) putVariant(sandbox.state, { productId, sku, quantity: 5, now: now() });
}

const delist = async (...skus: string[]) =>
  connector.listings?.setQuantities(
    connection,
    skus.map((sku) => ({ id: sku, platformSku: sku, quantity: 0, availableFrom: "inStock" })),
  );

const price = async (sku: string) =>
  connector.prices?.setPrices(connection, [{ id: sku, platformSku: sku, price: { minor: 1_000, currency: "USD" } }]);

describe("a SKU that others begin with, or hold as a word", () => {
  test("is found wherever it stands among them, and told", async () => {
    sells("SHIRT-S", "SHIRT-M", "SHIRT-L", "BLUE SHIRT", "GREEN SHIRT", "RED SHIRT", "SHIRT");
    expect(await price("SHIRT")).toEqual([{ id: "SHIRT", ok: true }]);
    expect(await delist("SHIRT")).toEqual([{ id: "SHIRT", ok: true }]);
    expect(shownOf(sandbox.state, "SHIRT")).toBe(0);
    expect(shownOf(sandbox.state, "RED SHIRT")).toBe(5);
  });

  test("is told of as one of several where the other stands on a later page", async () => {
    sells("A COAT", "COAT", "COAT");
    const ambiguous = [{ ok: false, transient: false, code: "AMBIGUOUS_SKU" }];
    expect(await delist("COAT")).toMatchObject(ambiguous);
    expect(await price("COAT")).toMatchObject(ambiguous);
  });

  test("is not said to be missing before all of them were read, and keeps none of its batch back", async () => {
    sells(...Array.from({ length: 200 }, (_, number) => `${number + 100} BOOT`), "BOOT", "100-HAT");
    expect(await delist("BOOT", "100-HAT")).toMatchObject([
      { id: "BOOT", ok: false, transient: true, code: "NOT_FOUND_YET" },
      { id: "100-HAT", ok: true },
    ]);
    expect(await price("BOOT")).toMatchObject([{ ok: false, transient: true, code: "NOT_FOUND_YET" }]);
    expect(shownOf(sandbox.state, "100-HAT")).toBe(0);
  });
});
