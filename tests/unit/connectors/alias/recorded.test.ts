import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorOf } from "../../../../core/connectors/alias/errors.ts";
import { withAvailabilities } from "../../../../core/connectors/alias/map.ts";
import { AvailabilitiesSchema } from "../../../../core/connectors/alias/wire.ts";
import type { SourceProduct } from "../../../../core/connectors/capabilities.ts";
import { PermanentError } from "../../../../core/platform/http/errors.ts";
import { DATA, unpackedFromTar } from "../../../e2e/real-file.ts";
import { lostFields } from "../../../support/every-field.ts";
import { AVAILABILITY_FIELDS, INSIGHT_FIELDS } from "./fields.ts";

const present = existsSync(new URL("marketplace_apis", DATA));
const read = (name: string) =>
  JSON.parse(unpackedFromTar("marketplace_apis/alias_goat_responses.tar.gz", name).toString("utf8")) as unknown;

const BARE: SourceProduct = {
  externalId: "an-item",
  name: "An item",
  isAvailable: true,
  categories: [],
  images: [],
  attributes: {},
  options: [],
  restrictions: [],
};

describe.skipIf(!present)("what Alias really answered (skipped where that is not there)", () => {
  test.each(["api3_pricing_global.json", "api4_pricing_us_region.json", "api5_pricing_non_consigned.json"])(
    "%s keeps every price of every size and condition, to the cent",
    (name) => {
      const { variants } = read(name) as { variants: { availability: Record<string, string> }[] };
      const product = withAvailabilities(BARE, AvailabilitiesSchema.parse({ variants }).variants);
      expect(product.options).toHaveLength(variants.length);
      for (const [place, one] of variants.entries())
        expect(lostFields(one, product.options[place], AVAILABILITY_FIELDS)).toEqual([]);

      const asked = variants.map(({ availability }) => Number(availability["lowest_listing_price_cents"]));
      const offered = product.options.map(({ surcharge }) =>
        surcharge && product.cost ? product.cost.minor + surcharge.minor : 0,
      );
      expect(offered).toEqual(asked);
      expect(product.options.map(({ isAvailable }) => isAvailable)).toEqual(asked.map((price) => price > 0));
    },
  );

  test("the error is told for good, by its code", () => {
    const error = errorOf({ status: 400, headers: {}, body: read("api7_recent_sales_ERROR.json") });
    expect(error).toBeInstanceOf(PermanentError);
    expect(error?.message).toBe("alias: answered 400 INVALID_ARGUMENT");
  });

  test.each(["api8_offer_histogram.json", "api9_recent_sales_WORKING.json"])("%s is left out on purpose", (name) => {
    expect(lostFields(read(name), {}, INSIGHT_FIELDS)).toEqual([]);
  });
});
