import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/shopify/connector.ts";
import { manifest } from "../../../core/connectors/shopify/manifest.ts";
import { PermanentError, RateLimitError } from "../../../core/platform/http/errors.ts";
import {
  CUSTOM_APP,
  SHOPIFY_DEMO,
  type ShopifySandbox,
  startShopifySandbox,
} from "../../../local/sandbox/shopify/server.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { stoppedClock } from "../../support/recording.ts";
import { shopOrders } from "../../support/shopify.ts";

const HOUR_MS = 3_600_000;
const clock = stoppedClock();
const { now } = clock;
let sandbox: ShopifySandbox;

beforeEach(async () => {
  sandbox = await startShopifySandbox({ now });
});

afterEach(() => sandbox.stop());

const open = (options: SandboxOptions = {}) =>
  sandboxConnection(manifest, { api: sandbox.url }, { ...SHOPIFY_DEMO, now, ...options });

const callsOf = (path: string) => sandbox.calls.filter((call) => call.path.includes(path));
const variants = () => Object.values(sandbox.state.variants);

describe("points", () => {
  test("that are spent are a limit, with the wait that Shopify's own figures come to", async () => {
    await sandbox.stop();
    sandbox = await startShopifySandbox({ now, points: { maximum: 1_000, restoreRate: 100 } });
    expect(sandbox.points.take(800, now())).toBe(true);
    const error: unknown = await connector.catalogue
      ?.page(await open(), { limit: 100 })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RateLimitError);
    // 722 asked for, 200 there, 100 a second.
    expect(error).toMatchObject({ retryAfterMs: 5_220, upstreamStatus: 200 });
  });

  test("that a query takes of the budget are those that Shopify asks for it, or more", async () => {
    const taken: number[] = [];
    const budget = {
      take: async ({ cost }: { cost: Readonly<Record<string, number>> }) => void taken.push(cost["points"] ?? 0),
      refused: async () => {},
    };
    const asked: number[] = [];
    const { take } = sandbox.points;
    sandbox.points.take = (amount, at) => {
      asked.push(amount);
      return take(amount, at);
    };
    const connection = await open({ budget });
    const id = String(variants()[0]?.id);
    await connector.catalogue?.page(connection, { limit: 100 });
    await connector.catalogue?.changes?.page(connection, { from: now() - 1, to: now() });
    await connector.catalogue?.changes?.byIds(connection, [id]);
    const update = { id, platformSku: "DEMO-SHOP-0001" };
    await connector.listings?.setQuantities(connection, [{ ...update, quantity: 1, availableFrom: "inStock" }]);
    await connector.prices?.setPrices(connection, [{ ...update, price: { minor: 1, currency: "USD" } }]);
    expect(asked).toHaveLength(9);
    expect(taken.filter((points) => points > 0)).toEqual(asked);
    const [points] = manifest.limits;
    const forBulk = (points?.limit ?? 0) * (1 - (points?.keptForUrgent ?? 0));
    expect(Math.max(...asked)).toBeLessThanOrEqual(forBulk);
  });

  test("of the REST API come back with a wait that is no whole number", async () => {
    const connection = await open();
    for (let call = 0; call < 40; call++) await shopOrders(connection, { from: now() - 1, to: now() });
    const error: unknown = await shopOrders(connection, { from: now() - 1, to: now() }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 2_000 });
  });
});

describe("tokens", () => {
  test("of the Dev Dashboard's apps last a day and are got anew", async () => {
    const connection = await open();
    await shopOrders(connection, { from: now() - 1, to: now() });
    await shopOrders(connection, { from: now() - 1, to: now() });
    expect(callsOf("/access_token")).toHaveLength(1);
    clock.advance(24 * HOUR_MS);
    await shopOrders(connection, { from: now() - 1, to: now() });
    expect(callsOf("/access_token")).toHaveLength(2);
  });

  test("of a custom app are used as they are, and asked for anew of a person once they are refused", async () => {
    const connection = await open(CUSTOM_APP);
    await shopOrders(connection, { from: now() - 1, to: now() });
    expect(callsOf("/access_token")).toHaveLength(0);
    const refused = await open({ ...CUSTOM_APP, credentials: { accessToken: "revoked" } });
    await expect(shopOrders(refused, { from: now() - 1, to: now() })).rejects.toThrow(PermanentError);
    expect(refused.isLost()).toBe(true);
    expect(callsOf("/orders.json")).toHaveLength(2);
  });

  test("are checked by the lightest call, a custom app's too", async () => {
    await expect(connector.check?.(await open())).resolves.toBeUndefined();
    await expect(connector.check?.(await open(CUSTOM_APP))).resolves.toBeUndefined();
    const refused = await open({ ...CUSTOM_APP, credentials: { accessToken: "revoked" } });
    await expect(connector.check?.(refused)).rejects.toThrow(PermanentError);
  });

  test("cannot be had without credentials", async () => {
    const connection = await open({ credentials: {} });
    await expect(shopOrders(connection, { from: now() - 1, to: now() })).rejects.toThrow("neither an access token");
    expect(sandbox.calls).toHaveLength(0);
  });
});
