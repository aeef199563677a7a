import { describe, expect, test } from "vitest";
import { ALIAS_STATUSES } from "../../../../core/orders/channels/alias.ts";
import { aliasOrder, at, codesOf, draftOf, faultsOf } from "./payloads.ts";

const usd = (minor: number) => ({ minor, currency: "USD" });

describe("an order of Alias", () => {
  test("loses nothing of what is read: each field stands in the draft as it came", () => {
    const order = aliasOrder();
    const draft = draftOf("alias", order);
    const same: [string, string][] = [
      ["id", "externalId"],
      ["status", "channelStatus"],
      ["catalog_name", "lines.0.title"],
      ["label_tracking_number", "tracking.0.number"],
      ["label_courier", "tracking.0.carrier"],
    ];
    for (const [theirs, ours] of same) expect(at(draft, ours), theirs).toBe(at(order, theirs));
    expect(draft).toMatchObject({
      placedAt: "2026-03-01T10:00:00.000Z",
      updatedAt: "2026-03-02T10:00:00.000Z",
      shipByDate: "2026-03-08T10:00:00.000Z",
      currency: "USD",
      total: usd(22_000),
      payout: usd(20_001),
      fees: [{ kind: "take", amount: usd(1999) }],
      lines: [{ styleCode: "ZZ0001100", size: "10.5", quantity: 1, unitPrice: usd(22_000), total: usd(22_000) }],
      warnings: [],
    });
  });

  test.each(Object.entries(ALIAS_STATUSES))("in %s is known, with and without its prefix", (word, { status }) => {
    expect(draftOf("alias", aliasOrder({ status: word }))).toMatchObject({ status, isStatusKnown: true });
    const short = word.replace("ORDER_STATUS_", "");
    expect(draftOf("alias", aliasOrder({ status: short }))).toMatchObject({
      status,
      channelStatus: short,
      isStatusKnown: true,
    });
  });

  test.each([["ORDER_STATUS_SOMETHING_NEW"], [7], [null]])("in %s, which is not known, is kept and pending", (word) => {
    const draft = draftOf("alias", aliasOrder({ status: word }));
    expect(draft).toMatchObject({ status: "pending", isStatusKnown: false });
    expect(draft.channelStatus).toBe(word === null ? undefined : String(word));
    expect(codesOf(draft.warnings)).toEqual(["UNKNOWN_STATUS"]);
  });

  test.each([
    [22_001, 22_001],
    ["22001", 22_001],
    ["0", 0],
    ["22001.00", 22_001],
  ])("of %s cents is that many exactly", (price_cents, minor) => {
    expect(draftOf("alias", aliasOrder({ price_cents, price_cents_after_take: null })).total).toEqual(usd(minor));
  });

  test("that pays out more than it sold for says so", () => {
    const draft = draftOf("alias", aliasOrder({ price_cents_after_take: "22001" }));
    expect(codesOf(draft.warnings)).toEqual(["PAYOUT_EXCEEDS_TOTAL"]);
    expect(draft.payout).toEqual(usd(22_001));
  });

  test("before its label has no tracking", () => {
    const draft = draftOf("alias", aliasOrder({ label_tracking_number: "", label_courier: "" }));
    expect(draft).not.toHaveProperty("tracking");
  });

  test.each([
    [{ id: null }, "id"],
    [{ price_cents: undefined }, "price_cents"],
    [{ price_cents: 100.5 }, "price_cents"],
    [{ price_cents: "-100" }, "price_cents"],
    [{ price_cents: "a lot" }, "price_cents"],
    [{ sold_at: "yesterday", updated_at: null }, "sold_at"],
  ])("with %j is refused at %s", (fields, path) => {
    expect(faultsOf("alias", aliasOrder(fields)).map((fault) => fault.path)).toContain(path);
  });
});
