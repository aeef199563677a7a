import { describe, expect, test } from "vitest";
import { errorOf, refusalOf } from "../../../../core/connectors/ebay/errors.ts";
import { manifest } from "../../../../core/connectors/ebay/manifest.ts";
import { bulkUpdateRequest, languageOf, ordersRequest } from "../../../../core/connectors/ebay/requests.ts";
import { PermanentError, TransientError } from "../../../../core/platform/http/errors.ts";

const answer = (status: number, ...ids: number[]) => ({
  status,
  headers: {},
  body: ids.length === 0 ? undefined : { errors: ids.map((errorId) => ({ errorId, message: "secret words" })) },
});

describe("what eBay's errors mean", () => {
  test.each([
    ["25001 behind 400 passes", answer(400, 25001), TransientError],
    ["30500 behind 500 passes", answer(500, 30500), TransientError],
    ["25002 behind 500 does not", answer(500, 25002), PermanentError],
    ["31100 behind 400 does not", answer(400, 31100), PermanentError],
    ["25001 beside another passes", answer(400, 25002, 25001), TransientError],
  ])("%s", (_, given, kind) => {
    const error = errorOf(given);
    expect(error).toBeInstanceOf(kind);
    expect(error?.message).not.toContain("secret");
    expect(error?.upstreamStatus).toBe(given.status);
  });

  test.each([
    ["a refused token", answer(401, 1001)],
    ["a limit", answer(429, 2001)],
    ["a fault without ids", answer(503)],
    ["a fault of eBay's own with another id", answer(500, 25604)],
    ["an answer that can be used", answer(207, 25002)],
  ])("%s is left to the status", (_, given) => {
    expect(errorOf(given)).toBeUndefined();
  });

  test("of a part are told of the part, in eBay's words", () => {
    const error = { errorId: 25002, message: "Short", longMessage: "The description is too long" };
    const told = {
      id: "lst_1",
      ok: false,
      transient: false,
      code: "EBAY_25002",
      message: "The description is too long",
    };
    expect(refusalOf("lst_1", 400, [error])).toEqual(told);
    expect(refusalOf("lst_1", 500, [])).toMatchObject({ transient: true, code: "EBAY_HTTP_500" });
  });
});

describe("what is asked", () => {
  test("orders come by the time of their last change, both ends included, as many as eBay gives", () => {
    const { query } = ordersRequest({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2), offset: 200 });
    expect(query).toEqual({
      filter: "lastmodifieddate:[2026-01-01T00:00:00.000Z..2026-01-02T00:00:00.000Z]",
      limit: "200",
      offset: "200",
    });
  });

  test("one SKU's item and offers change together, in the marketplace's language", () => {
    const { headers, body, repeatable } = bulkUpdateRequest(
      { marketplaceId: "EBAY_DE" },
      { sku: "A", quantity: 3, offers: [{ offerId: "1" }, { offerId: "2", price: { minor: 1_000, currency: "JPY" } }] },
    );
    expect(headers).toMatchObject({ "content-language": "de-DE" });
    expect(repeatable).toBe(true);
    expect(JSON.parse(body ?? "")).toEqual({
      requests: [
        {
          sku: "A",
          shipToLocationAvailability: { quantity: 3 },
          offers: [
            { offerId: "1", availableQuantity: 3 },
            { offerId: "2", availableQuantity: 3, price: { value: "1000", currency: "JPY" } },
          ],
        },
      ],
    });
  });

  test.each([
    [{ marketplaceId: "EBAY_BE_FR" }, "en-US"],
    [{ marketplaceId: "EBAY_GB" }, "en-GB"],
    [{ marketplaceId: "EBAY_GB", language: "de-DE" }, "de-DE"],
  ])("the language of %o is %s", (settings, language) => {
    expect(languageOf(settings)).toBe(language);
  });

  test.each([
    ["EBAY_US", true],
    ["EBAY_BE_FR", true],
    ["EBAY_MOTORS_US", true],
    ["ebay_us", false],
    ["EBAY", false],
  ])("%s as a marketplace: %s", (text, isOne) => {
    expect(manifest.settings["marketplaceId"]?.pattern?.test(text)).toBe(isOne);
  });
});
