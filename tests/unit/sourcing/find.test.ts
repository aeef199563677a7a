import { describe, expect, test } from "vitest";
import { NotAuthorizedError } from "../../../core/connectors/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { PermanentError, RateLimitError } from "../../../core/platform/http/errors.ts";
import { searchIn } from "../../../core/sourcing/find.ts";
import { SourcingSettingsSchema } from "../../../core/sourcing/settings.ts";
import type { Source } from "../../../core/sourcing/source.ts";
import { viewSearch } from "../../../core/sourcing/view.ts";
import { sourceProduct } from "../../support/offers.ts";
import { fakeSource, never, sourcingContext, stopwatch } from "../../support/sources.ts";

const settings = SourcingSettingsSchema.parse({ minQuality: 0 });
const ask = { query: "Desk Lamp", currency: "USD", limit: 20 };
const SECRET = "a-secret-of-the-tests-only";

const find = (
  ctx: Parameters<typeof searchIn>[0],
  sources: Source[],
  changes: Partial<Parameters<typeof searchIn>[1]> = {},
) => searchIn(ctx, { ask, settings, sources, after: never, ...changes });

/** So that goods of one name are not taken for the same. */
const GTINS = ["00194817794556", "04006381333931", "00012345678905"];

const hanging = () => new Promise<never>(() => {});
const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};
/** Everybody who can has done what there was to do. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("of three sources", () => {
  test("one that is slow and one that fails cost the third nothing: a partial answer, with how it went with each", async () => {
    const { ctx, clock, metrics } = sourcingContext();
    const watch = stopwatch();
    const result = find(
      ctx,
      [
        fakeSource("slow", hanging),
        fakeSource("broken", failing(new PermanentError("broken", "answered 400", { upstreamStatus: 400 }))),
        fakeSource("fine", () => [sourceProduct()]),
      ],
      { after: watch.after },
    );
    await settled();
    clock.advance(5_000);
    watch.ring();
    const { items, sources } = viewSearch(await result);
    expect(items.map(({ externalId, source }) => [externalId, source.provider])).toEqual([["1", "fine"]]);
    expect(sources).toMatchObject([
      { provider: "slow", status: "timedOut", count: 0, ms: 5_000 },
      { provider: "broken", status: "failed", code: "REFUSED", count: 0 },
      { provider: "fine", status: "ok", count: 1, cached: false },
    ]);
    expect(watch.asked.every((ms) => ms <= 5_000)).toBe(true);
    expect(metrics.counts.get("sourcing_answers_total{provider=slow,outcome=timedOut}")).toBe(1);
  });

  test("an answer that comes too late serves the next search", async () => {
    const { ctx } = sourcingContext();
    const watch = stopwatch();
    const answer = Promise.withResolvers<ReturnType<typeof sourceProduct>[]>();
    const slow = fakeSource("slow", () => answer.promise);
    const first = find(ctx, [slow], { after: watch.after });
    await settled();
    watch.ring();
    expect((await first).items).toEqual([]);
    const second = find(ctx, [slow]);
    answer.resolve([sourceProduct()]);
    expect((await second).items).toHaveLength(1);
    expect(slow.asked).toHaveLength(1);
  });

  test("what is the same goods is shown once, with the others' prices", async () => {
    const { ctx } = sourcingContext();
    const gtin = "0194817794556";
    const dear = sourceProduct({ externalId: "d", gtin, cost: { minor: 2_000, currency: "USD" } });
    const cheap = sourceProduct({ externalId: "c", gtin, cost: { minor: 900, currency: "USD" } });
    const found = await find(ctx, [fakeSource("one", () => [dear]), fakeSource("two", () => [cheap])]);
    expect(found.duplicates).toBe(1);
    expect(viewSearch(found).items).toMatchObject([
      {
        externalId: "c",
        cost: { amount: "9.00", currency: "USD" },
        standsFor: [{ externalId: "d", source: { provider: "one" }, cost: { amount: "20.00" }, because: "gtin" }],
      },
    ]);
  });
});

test.each([
  [new NotAuthorizedError("x", SECRET), "NOT_AUTHORIZED", undefined],
  [new RateLimitError("x", SECRET, { retryAfterMs: 3_000 }), "RATE_LIMITED", 3],
  [new AppError("STATE_CONFLICT", SECRET), "STATE_CONFLICT", undefined],
  [new Error(SECRET), "INTERNAL_ERROR", undefined],
])("a source that fails with %o is told by a code of ours", async (error, code, retryAfterSeconds) => {
  const { ctx } = sourcingContext();
  const view = viewSearch(await find(ctx, [fakeSource("broken", failing(error))]));
  expect(view.sources[0]).toMatchObject({ status: "failed", code });
  expect(view.sources[0]?.retryAfterSeconds).toBe(retryAfterSeconds);
  expect(JSON.stringify(view)).not.toContain(SECRET);
});

test("what cannot be shown is counted by its reason, and logged with what it was", async () => {
  const { ctx, log, metrics } = sourcingContext();
  const source = fakeSource(
    "one",
    () => [
      sourceProduct({ externalId: "untitled", name: "<b></b>" }),
      sourceProduct({ externalId: "free", cost: { minor: 0, currency: "USD" } }),
      sourceProduct({ externalId: "blind", images: ["not an address"] }),
      sourceProduct({ externalId: "poor" }),
    ],
    { unreadable: [{ externalId: "odd", reasons: ["price is a range"], original: {} }] },
  );
  const { dropped, items } = await find(ctx, [source], {
    settings: { ...settings, requireImage: true, minQuality: 0.9 },
  });
  expect(items).toEqual([]);
  expect(dropped).toEqual({ unreadable: 1, titleMissing: 1, priceNotPositive: 1, imageMissing: 1, belowQuality: 1 });
  expect(log.lines.find(({ message }) => message.startsWith("Offers of a source"))?.fields["examples"]).toContainEqual({
    externalId: "odd",
    reason: "unreadable",
    details: ["price is a range"],
  });
  expect(metrics.counts.get("sourcing_offers_total{outcome=belowQuality}")).toBe(1);
});

describe("an answer is kept", () => {
  test("for five minutes, whatever the case of the words, and asked for anew when the account changes", async () => {
    const { ctx, clock } = sourcingContext();
    const source = fakeSource("one", () => [sourceProduct()]);
    await find(ctx, [source]);
    const again = await find(ctx, [source], { ask: { ...ask, query: "desk LAMP", limit: 5 } });
    expect(again.sources[0]).toMatchObject({ cached: true, count: 1 });
    expect(source.asked).toHaveLength(1);
    clock.advance(301_000);
    await find(ctx, [source]);
    expect(source.asked).toHaveLength(2);
    const changed = fakeSource("one", () => [], { version: 2 });
    expect((await find(ctx, [changed])).items).toEqual([]);
  });

  test("for its own organisation, and not where it failed", async () => {
    const { ctx } = sourcingContext();
    const source = fakeSource("one", () => [sourceProduct()]);
    await find(ctx, [source]);
    await find(sourcingContext({ cache: ctx.cache }).ctx, [source]);
    expect(source.asked).toHaveLength(2);
    const broken = fakeSource("two", failing(new Error("no")));
    await find(ctx, [broken]);
    await find(ctx, [broken]);
    expect(broken.asked).toHaveLength(2);
  });
});

describe("links", () => {
  const three = [1, 2, 3].map((id) => sourceProduct({ externalId: String(id), gtin: GTINS[id - 1] ?? "" }));
  const linkTo = (url: string) => `https://click.demo.invalid/?to=${encodeURIComponent(url)}`;

  test("are made in batches; what has none keeps its original address", async () => {
    const { ctx, metrics } = sourcingContext();
    const sizes: number[] = [];
    const make = async (urls: readonly string[]) => {
      sizes.push(urls.length);
      return new Map(urls.filter((url) => !url.endsWith("/2")).map((url) => [url, linkTo(url)]));
    };
    const given = sourceProduct({
      externalId: "4",
      name: "Yoga mat of bamboo",
      affiliateUrl: "https://click.demo.invalid/4",
    });
    const source = fakeSource("one", () => [...three, given], { links: { maxBatch: 2, make } });
    const links = new Map(
      viewSearch(await find(ctx, [source])).items.map(({ externalId, link }) => [externalId, link]),
    );
    expect(sizes).toEqual([2, 1]);
    expect(links.get("1")).toEqual({ url: linkTo("https://shop.demo.invalid/1"), isAffiliate: true });
    expect(links.get("2")).toEqual({ url: "https://shop.demo.invalid/2", isAffiliate: false });
    expect(links.get("4")).toEqual({ url: "https://click.demo.invalid/4", isAffiliate: true });
    const count = (outcome: string) => metrics.counts.get(`affiliate_links_total{outcome=${outcome}}`);
    expect([count("made"), count("none"), count("given"), count("failed")]).toEqual([2, 1, 1, undefined]);
  });

  test("that fail never fail the search: the original addresses, a metric, and a log line without credentials", async () => {
    const { ctx, metrics, log } = sourcingContext();
    const make = failing(new PermanentError("one", "answered 400"));
    const result = viewSearch(await find(ctx, [fakeSource("one", () => three, { links: { maxBatch: 2, make } })]));
    expect(result.items.map(({ url, link }) => link?.url === url && !link?.isAffiliate)).toEqual([true, true, true]);
    expect(metrics.counts.get("affiliate_links_total{outcome=failed}")).toBe(3);
    const lines = log.lines.filter(({ message }) => message.startsWith("Links were not made"));
    expect(lines).toMatchObject([
      { fields: { accountId: "acc_one", links: 2, code: "REFUSED" } },
      { fields: { links: 1 } },
    ]);
  });

  test("that are late are not waited for, and those that were made in time are shown", async () => {
    const { ctx, metrics } = sourcingContext();
    const watch = stopwatch();
    let begun = 0;
    const make = async (urls: readonly string[]) => {
      if (++begun > 1) {
        // The first has been made by the time the second's is up.
        setImmediate(watch.ring);
        return hanging();
      }
      return new Map(urls.map((url) => [url, linkTo(url)]));
    };
    const source = fakeSource("one", () => three, { links: { maxBatch: 2, make } });
    const { items } = await find(ctx, [source], { after: (ms) => (ms === 5_000 ? never(ms) : watch.after(ms)) });
    expect(items.filter(({ link }) => link?.isAffiliate)).toHaveLength(2);
    expect(metrics.counts.get("affiliate_links_total{outcome=failed}")).toBe(1);
  });

  test("are not made where there is no address, as marketplaces have it", async () => {
    const { ctx, metrics } = sourcingContext();
    const { url: _url, ...nowhere } = sourceProduct();
    const source = fakeSource("one", () => [nowhere], { links: { maxBatch: 2, make: failing(new Error("asked")) } });
    const [item] = viewSearch(await find(ctx, [source])).items;
    expect(item).not.toHaveProperty("link");
    expect([...metrics.counts.keys()].filter((name) => name.startsWith("affiliate_links"))).toEqual([]);
  });

  test("of an account that cannot be opened any more leave the original addresses", async () => {
    const { ctx } = sourcingContext();
    const source = { ...fakeSource("one", () => three), links: failing(new Error("gone")) };
    expect((await find(ctx, [source])).items.every(({ link }) => link?.isAffiliate === false)).toBe(true);
  });
});
