import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/alias/connector.ts";
import type { Outcome, QuantityUpdate } from "../../../core/connectors/capabilities.ts";
import { readOrders as readDrafts } from "../../../core/orders/channels/index.ts";
import { PermanentError } from "../../../core/platform/http/errors.ts";
import { type AliasSandbox, startAliasSandbox } from "../../../local/sandbox/alias/server.ts";
import { alias, fulfilments, listings, offers, orders, prices, shown } from "../../support/alias.ts";
import { readOrders } from "../../support/order-pages.ts";
import { ended, wentWell } from "../../support/outcomes.ts";
import { recordingLog, stoppedClock } from "../../support/recording.ts";

const DAY_MS = 86_400_000;
let clock: ReturnType<typeof stoppedClock>;
let sandbox: AliasSandbox;
let connect: Awaited<ReturnType<typeof alias>>["connect"];

beforeEach(async () => {
  clock = stoppedClock();
  ({ sandbox, connect } = await alias({ now: clock.now }));
});

afterEach(() => sandbox.stop());

const itemOf = (number: number) => sandbox.catalogue[number] ?? { catalogId: "", sku: "", sizes: [] };
const skuOf = (item: number, size = 0) => `${itemOf(item).catalogId}/${itemOf(item).sizes[size] ?? 0}`;
const shownOf = (item: number, size = 0) => shown(sandbox, itemOf(item).catalogId, itemOf(item).sizes[size] ?? 0);
const wanted = (platformSku: string, quantity: number): QuantityUpdate => ({
  id: platformSku,
  platformSku,
  quantity,
  availableFrom: "inStock",
});

async function show(...updates: QuantityUpdate[]): Promise<Outcome[]> {
  const connection = await connect();
  const told = (await listings?.setQuantities(connection, updates)) ?? [];
  return ended(connection, told, listings?.operations);
}

describe("a quantity at Alias", () => {
  test("is how many of the seller's listings of the size are active, never more than there are", async () => {
    const updates = [0, 1, 3, 9].map((quantity, item) => wanted(skuOf(item), quantity));
    expect(wentWell(await show(...updates))).toHaveLength(4);
    expect([0, 1, 2, 3].map((item) => shownOf(item))).toEqual([0, 1, 3, 3]);
    const posted = sandbox.calls.flatMap(({ method, path }) => (method === "POST" ? [path.split("/").at(-1)] : []));
    expect(posted).toEqual(["batch_deactivate", "batch_activate"]);
  });

  test("told twice is the same, though what is active cannot be activated", async () => {
    for (let time = 0; time < 2; time++) {
      expect(wentWell(await show(wanted(skuOf(0), 2)))).toEqual([skuOf(0)]);
      expect(shownOf(0)).toBe(2);
    }
  });

  test("leaves alone what is used, lies with Alias, or is of another size", async () => {
    const mine = Object.values(sandbox.state.listings).filter(({ catalog_id }) => catalog_id === itemOf(0).catalogId);
    const [used, consigned] = mine;
    if (used) used.condition = "CONDITION_USED";
    if (consigned) consigned.consigned = true;
    expect(wentWell(await show(wanted(skuOf(0), 0)))).toEqual([skuOf(0)]);
    expect([shownOf(0), shownOf(0, 1)]).toEqual([2, 3]);
  });

  test("after a sale counts the listings that are left", async () => {
    const { catalogId, sizes } = itemOf(0);
    sandbox.sell({ catalogId, size: sizes[0] ?? 0 });
    expect(wentWell(await show(wanted(skuOf(0), 2)))).toEqual([skuOf(0)]);
    expect(shownOf(0)).toBe(2);
  });

  test("leaves off what was sold there and not read yet", async () => {
    const { catalogId, sizes } = itemOf(0);
    sandbox.sell({ catalogId, size: sizes[0] ?? 0 });
    expect(wentWell(await show({ ...wanted(skuOf(0), 2), shown: 3 }))).toEqual([skuOf(0)]);
    expect(shownOf(0)).toBe(1);
    clock.advance(2 * DAY_MS);
    expect(wentWell(await show({ ...wanted(skuOf(0), 2), shown: 3 }))).toEqual([skuOf(0)]);
    expect(shownOf(0)).toBe(2);
  });

  test("of a size that is listed nowhere, or of what is no size, is told by its code", async () => {
    expect(await show(wanted(skuOf(0, 7), 0))).toEqual([{ id: skuOf(0, 7), ok: true }]);
    expect(await show(wanted(skuOf(0, 7), 1), wanted("a-listing-id", 1))).toMatchObject([
      { ok: false, transient: false, code: "NO_LISTING_THERE" },
      { ok: false, transient: false, code: "NO_SUCH_SKU" },
    ]);
  });

  test("of more listings than an address holds goes in several batches", async () => {
    const updates = sandbox.catalogue.flatMap((_item, item) =>
      [0, 1, 2, 3].map((size) => wanted(skuOf(item, size), 0)),
    );
    expect(wentWell(await show(...updates))).toHaveLength(updates.length);
    const sizes = Object.values(sandbox.state.batches).map(({ operations }) => operations.length);
    expect(sizes).toEqual([100, 44]);
  });
});

describe("a batch at Alias", () => {
  test("that fails in part fails those updates alone, to be tried again", async () => {
    const refusing = Object.values(sandbox.state.listings).find(({ catalog_id }) => catalog_id === itemOf(1).catalogId);
    if (refusing) refusing.refuses = "the listing is being changed";
    const outcomes = await show(wanted(skuOf(0), 0), wanted(skuOf(1), 0));
    expect(outcomes.find(({ id }) => id === skuOf(0))).toEqual({ id: skuOf(0), ok: true });
    expect(outcomes.find(({ id }) => id === skuOf(1))).toMatchObject({
      ok: false,
      transient: true,
      code: "LISTING_NOT_CHANGED",
      message: expect.stringContaining("being changed") as string,
    });
  });

  test("that finds too many under way is refused for the moment", async () => {
    const operations = Array.from({ length: 4_999 }, (_, number) => ({
      id: `other-${number}`,
      status: "PENDING",
      success: false,
      errors: [],
    }));
    sandbox.state.batches["other"] = {
      id: "other",
      kind: "ACTIVATE",
      created_at: new Date(clock.now()).toISOString(),
      asked: 0,
      completed_at: null,
      operations,
    };
    await expect(show(wanted(skuOf(0), 0))).rejects.toMatchObject({ name: "RateLimitError", retryable: true });
    clock.advance(10_000);
    expect(wentWell(await show(wanted(skuOf(0), 0)))).toEqual([skuOf(0)]);
  });
});

describe("a price at Alias", () => {
  const price = async (minor: number, currency = "USD") => {
    const connection = await connect();
    const update = { id: "up", platformSku: skuOf(0), price: { minor, currency } };
    return ended(connection, (await prices?.setPrices(connection, [update])) ?? [], prices?.operations);
  };

  test("is of every listing of the size, in cents", async () => {
    expect(await price(15_000)).toEqual([{ id: "up", ok: true }]);
    const mine = Object.values(sandbox.state.listings).filter(
      ({ catalog_id, size }) => `${catalog_id}/${size}` === skuOf(0),
    );
    expect(mine.map(({ price_cents }) => price_cents)).toEqual(["15000", "15000", "15000"]);
  });

  test.each([
    [15_050, "USD"],
    [15_000, "EUR"],
    [0, "USD"],
  ])("of %i minor units of %s is refused: whole dollars only, and none is made of them", async (minor, currency) => {
    expect(await price(minor, currency)).toMatchObject([{ ok: false, transient: false, code: "NOT_WHOLE_DOLLARS" }]);
    expect(sandbox.state.batches).toEqual({});
  });
});

describe("orders of Alias", () => {
  test("are those that changed in the time, page after page, and each reads as an order of ours", async () => {
    const old = Array.from({ length: 60 }, () => sandbox.sell());
    clock.advance(30 * DAY_MS);
    const ends = sandbox.change(old[7]?.id ?? "", { status: "CANCELED" });
    const made = Array.from({ length: 3 }, () => sandbox.sell());
    const found = await readOrders<{ id: string }>(orders, await connect());
    expect(found.map(({ id }) => id)).toEqual([ends.id, ...made.map(({ id }) => id)]);
    const drafts = readDrafts("alias", { results: found });
    expect(drafts.map((read) => "draft" in read && [read.draft.status, read.draft.warnings])).toMatchObject([
      ["cancelled", []],
      ["paid", []],
      ["paid", []],
      ["paid", []],
    ]);
  });
});

describe("what was sent to an Alias order", () => {
  const fulfil = async (externalOrderId: string) =>
    fulfilments?.fulfil(await connect(), { id: "ful", externalOrderId, lines: [], shippedAt: "2026-11-21T12:00:00Z" });

  test("is not told of an order that was cancelled, and refused of one that there is not", async () => {
    const { id } = sandbox.change(sandbox.sell().id, { status: "CANCELED" });
    expect(await fulfil(id)).toMatchObject({ ok: false, transient: false, code: "ORDER_CANCELLED" });
    await expect(fulfil("order-of-nobody")).rejects.toThrow(PermanentError);
  });
});

describe("a search at Alias", () => {
  test("by a style code, however it is written, has what every size costs; another has the catalogue alone", async () => {
    const connection = await connect();
    const { sku, catalogId } = itemOf(0);
    const exact = await offers?.search(connection, { query: sku.replace(" ", "-"), limit: 5, currency: "EUR" });
    expect(exact?.products).toMatchObject([{ externalId: catalogId, cost: { minor: 10_500, currency: "USD" } }]);
    const broad = await offers?.search(connection, { query: "Demo", limit: 5, currency: "USD" });
    expect(broad?.products.map(({ cost }) => cost)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});

test("an account is checked by the lightest call", async () => {
  const connection = await connect();
  await connector.check?.(connection);
  expect(sandbox.calls.map(({ path }) => path)).toEqual(["/api/v1/test"]);
});

test("a token that is refused is in no message and no line of the log, and nothing more is sent", async () => {
  const log = recordingLog();
  const connection = await connect({ credentials: { accessToken: "a-token-of-somebody" }, log });
  const search = { query: "Demo", limit: 5, currency: "USD" };
  const error = await offers?.search(connection, search).catch((thrown: unknown) => thrown);
  expect(connection.isLost()).toBe(true);
  expect(JSON.stringify([log.lines, String(error), error])).not.toContain("a-token-of-somebody");
  expect(sandbox.calls).toHaveLength(1);
});

test("the stand-in of Alias takes only so many calls a second, and what it knows outlives it", async () => {
  let kept = "";
  const busy = await startAliasSandbox({
    now: clock.now,
    callsASecond: 2,
    save: (state) => (kept = JSON.stringify(state)),
  });
  const call = async (path: string) =>
    (await fetch(`${busy.url}${path}`, { headers: { authorization: "Bearer demo-personal-access-token" } })).status;
  expect([await call("/api/v1/test"), await call("/api/v1/test"), await call("/api/v1/test")]).toEqual([200, 200, 429]);
  const sold = (await (await fetch(`${busy.url}/sandbox/orders`, { method: "POST" })).json()) as { id: string };
  await busy.stop();
  const again = await startAliasSandbox({ saved: JSON.parse(kept) as AliasSandbox["state"] });
  expect(again.state.orders[sold.id]).toMatchObject({ status: "ORDER_STATUS_CONFIRMED" });
  await again.stop();
});
