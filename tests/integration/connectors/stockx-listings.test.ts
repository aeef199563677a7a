import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Outcome, QuantityUpdate } from "../../../core/connectors/capabilities.ts";
import type { StockxSandbox } from "../../../local/sandbox/stockx/server.ts";
import { ended, wentWell } from "../../support/outcomes.ts";
import { listings, prices, shown, stockx } from "../../support/stockx.ts";

let sandbox: StockxSandbox;
let connect: Awaited<ReturnType<typeof stockx>>["connect"];

beforeEach(async () => {
  ({ sandbox, connect } = await stockx());
});

afterEach(() => sandbox.stop());

const variantOf = (product: number, size = 0) => sandbox.catalogue[product]?.variants[size]?.variantId ?? "";
const asksOf = (variantId: string) =>
  Object.values(sandbox.state.listings).filter((listing) => listing.variantId === variantId);
const wanted = (platformSku: string, quantity: number): QuantityUpdate => ({
  id: platformSku,
  platformSku,
  quantity,
  availableFrom: "inStock",
});

/** Tells quantities, and asks until it is known what came of it. */
async function show(...updates: QuantityUpdate[]): Promise<Outcome[]> {
  const connection = await connect();
  const told = (await listings?.setQuantities(connection, updates)) ?? [];
  return ended(connection, told, listings?.operations);
}

describe("a quantity at StockX", () => {
  test("is how many of the seller's asks of the variant are active, never more than there are", async () => {
    const some = [variantOf(0), variantOf(1), variantOf(2), variantOf(3)];
    const outcomes = await show(...some.map((variantId, index) => wanted(variantId, [0, 1, 3, 9][index] ?? 0)));
    expect(wentWell(outcomes).sort()).toEqual([...some].sort());
    expect(some.map((variantId) => shown(sandbox, variantId))).toEqual([0, 1, 3, 3]);
  });

  test("told twice is the same, and takes off and puts on again the same asks", async () => {
    const variantId = variantOf(0);
    await show(wanted(variantId, 2));
    const before = asksOf(variantId).filter(({ status }) => status === "ACTIVE");
    await show(wanted(variantId, 2));
    expect(asksOf(variantId).filter(({ status }) => status === "ACTIVE")).toEqual(
      before.map((ask) => ({ ...ask, updatedAt: expect.any(String) as string })),
    );
    await show(wanted(variantId, 3));
    expect([shown(sandbox, variantId), asksOf(variantId).length]).toEqual([3, 3]);
  });

  test("after a sale counts the asks that are left: what was sold is not put on again", async () => {
    const variantId = variantOf(0);
    sandbox.sell({ variantId });
    expect(wentWell(await show(wanted(variantId, 2)))).toEqual([variantId]);
    expect(asksOf(variantId).map(({ status }) => status)).toEqual(["MATCHED", "ACTIVE", "ACTIVE"]);
  });

  test("leaves off what was sold there and not read yet: the last unit is not on the market twice", async () => {
    const variantId = variantOf(0);
    await show(wanted(variantId, 3));
    sandbox.sell({ variantId });
    // Somebody else's channel sold one; of the sale here nothing is known yet.
    expect(wentWell(await show({ ...wanted(variantId, 2), shown: 3 }))).toEqual([variantId]);
    expect(shown(sandbox, variantId)).toBe(1);
    // The order was read: what is shown is what was told, less what it took.
    await show({ ...wanted(variantId, 1), shown: 1 });
    expect(shown(sandbox, variantId)).toBe(1);
  });

  test("takes no ask that was never there for a sale", async () => {
    const variantId = variantOf(0);
    await show({ ...wanted(variantId, 8), shown: 9 });
    expect(shown(sandbox, variantId)).toBe(3);
  });

  test("says what every ask is to be, so that one that waits for an earlier batch does not come back", async () => {
    const [variantId, connection] = [variantOf(0), await connect()];
    await listings?.setQuantities(connection, [wanted(variantId, 0)]);
    await listings?.setQuantities(connection, [wanted(variantId, 3)]);
    const last = (await listings?.setQuantities(connection, [wanted(variantId, 0)])) ?? [];
    await ended(connection, last, listings?.operations);
    expect(shown(sandbox, variantId)).toBe(0);
  });

  test("of a hundred variants at once goes in batches of a hundred asks, what is taken off first", async () => {
    const variants = sandbox.catalogue.flatMap(({ variants: sizes }) => sizes.map(({ variantId }) => variantId));
    const offered = variants.filter((variantId) => asksOf(variantId).length > 0);
    const outcomes = await show(...offered.map((variantId, index) => wanted(variantId, index < 20 ? 1 : 0)));
    expect(wentWell(outcomes)).toHaveLength(offered.length);
    const sizes = Object.values(sandbox.state.batches).map(({ items }) => items.length);
    expect(sizes).toEqual([100, offered.length * 3 - 100]);
    const [first] = Object.values(sandbox.state.batches);
    expect(first?.items.every(({ listingInput }) => listingInput.active === false)).toBe(true);
  });

  test("of a variant without asks is nothing without anybody's doing, and something only with an ask", async () => {
    const variantId = variantOf(0, 7);
    expect(await show(wanted(variantId, 0))).toEqual([{ id: variantId, ok: true }]);
    expect(await show(wanted(variantId, 2))).toMatchObject([{ ok: false, transient: false, code: "NO_LISTING_THERE" }]);
  });
});

describe("a batch at StockX", () => {
  test("that fails in part fails those updates alone, to be tried again", async () => {
    const [good, bad] = [variantOf(0), variantOf(1)];
    const [ask] = asksOf(bad);
    if (ask) ask.refuses = "Listing is being changed";
    const outcomes = await show(wanted(good, 1), wanted(bad, 0));
    expect(outcomes.find(({ id }) => id === good)).toEqual({ id: good, ok: true });
    expect(outcomes.find(({ id }) => id === bad)).toMatchObject({
      ok: false,
      transient: true,
      code: "LISTING_NOT_CHANGED",
      message: expect.stringContaining("Listing is being changed") as string,
    });
    expect(shown(sandbox, bad)).toBe(1);
  });

  test("that could not take off what was sold meanwhile has done what was wanted", async () => {
    const [variantId, connection] = [variantOf(0), await connect()];
    const told = (await listings?.setQuantities(connection, [wanted(variantId, 0)])) ?? [];
    sandbox.sell({ variantId });
    expect(await ended(connection, told, listings?.operations)).toEqual([{ id: variantId, ok: true }]);
  });

  test("that nobody knows of any more is told again", async () => {
    const [variantId, connection] = [variantOf(0), await connect()];
    const told = (await listings?.setQuantities(connection, [wanted(variantId, 0)])) ?? [];
    sandbox.state.batches = {};
    expect(await ended(connection, told, listings?.operations)).toMatchObject([
      { ok: false, transient: true, code: "BATCH_UNKNOWN" },
    ]);
  });

  test("that cannot be read for the moment is pending, beside another that is known", async () => {
    const connection = await connect();
    const [one, other] = [variantOf(0), variantOf(1)];
    const first = (await listings?.setQuantities(connection, [wanted(one, 0)])) ?? [];
    const second = (await listings?.setQuantities(connection, [wanted(other, 0)])) ?? [];
    const asked = [...first, ...second].flatMap((told) =>
      told.ok === "pending" ? [{ id: told.id, operation: told.operation }] : [],
    );
    const [batchId = ""] = Object.keys(sandbox.state.batches);
    await listings?.operations?.state(connection, asked);
    sandbox.faults.set([{ kind: "serverError", match: batchId }]);
    const states = await listings?.operations?.state(connection, asked);
    expect(states?.map(({ id, ok }) => [id, ok])).toEqual([
      [one, "pending"],
      [other, true],
    ]);
  });
});

describe("a price at StockX", () => {
  const price = async (platformSku: string, minor: number, currency = "USD") => {
    const connection = await connect();
    const told = (await prices?.setPrices(connection, [{ id: "up", platformSku, price: { minor, currency } }])) ?? [];
    return ended(connection, told, prices?.operations);
  };

  test.each([
    [12_000, "USD", "120"],
    [12_050, "USD", "120.50"],
    [15_000, "JPY", "15000"],
  ])("of %i minor units of %s is %s, of every open ask", async (minor, currency, amount) => {
    const variantId = variantOf(0);
    await show(wanted(variantId, 1));
    expect(await price(variantId, minor, currency)).toEqual([{ id: "up", ok: true }]);
    expect(asksOf(variantId).map((ask) => [ask.amount, ask.currencyCode])).toEqual(
      Array.from({ length: 3 }, () => [amount, currency]),
    );
    expect(shown(sandbox, variantId)).toBe(1);
  });

  test("in a currency that it does not take is refused, and nothing sent", async () => {
    expect(await price(variantOf(0), 1_000, "SEK")).toMatchObject([{ ok: false, code: "CURRENCY_NOT_TAKEN" }]);
    expect(Object.keys(sandbox.state.batches)).toEqual([]);
  });

  test("that it refuses is refused for good", async () => {
    const variantId = variantOf(0);
    for (const ask of asksOf(variantId)) ask.refuses = "The amount is out of range";
    expect(await price(variantId, 100)).toMatchObject([{ ok: false, transient: false, code: "LISTING_NOT_CHANGED" }]);
  });
});
