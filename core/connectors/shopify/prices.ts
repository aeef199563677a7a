import { formatAmount } from "../../platform/money.ts";
import type { Outcome, PriceTarget } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { MAX_SKUS } from "./constants.ts";
import { refusalOf, refused } from "./errors.ts";
import { PRICED_VARIANTS, UPDATE_VARIANTS } from "./queries.ts";
import { mutationRequest, queryRequest } from "./requests.ts";
import { type PricedVariant, PricedVariantsSchema, UpdateVariantsSchema } from "./wire.ts";
import { notFoundYet, variantsWith } from "./with-skus.ts";

type Update = Parameters<PriceTarget["setPrices"]>[1][number];

interface Priced {
  update: Update;
  variantId: string;
}

/** In the shop's own currency; a call for each product, whose variants go together. */
export const prices: PriceTarget = {
  maxBatch: MAX_SKUS,
  async setPrices(connection, updates) {
    let currency: string | undefined;
    const variants = await variantsWith<PricedVariant>(
      updates.map(({ platformSku }) => platformSku),
      async (ask) => {
        const request = queryRequest(PRICED_VARIANTS.text, ask, PRICED_VARIANTS.points(ask.first));
        const { shop, productVariants } = (await connection.call(request, PricedVariantsSchema)).data;
        currency = shop.currencyCode;
        return productVariants;
      },
    );
    const outcomes = new Map<string, Outcome>();
    const byProduct = new Map<string, Priced[]>();
    for (const update of updates) {
      const { id, platformSku, price } = update;
      const { found, isSettled } = variants.of(platformSku);
      const [variant, ...others] = found;
      if (!variant && !isSettled) outcomes.set(id, notFoundYet(id));
      else if (!variant) outcomes.set(id, refused(id, "NOT_PUBLISHED", "Shopify has no variant with this SKU"));
      else if (others.length > 0)
        outcomes.set(id, refused(id, "AMBIGUOUS_SKU", "Several variants at Shopify have this SKU"));
      else if (price.currency !== currency)
        outcomes.set(id, refused(id, "CURRENCY_DIFFERS", `The shop's prices are in ${currency ?? "another currency"}`));
      else {
        const priced = byProduct.get(variant.product.id) ?? [];
        byProduct.set(variant.product.id, [...priced, { update, variantId: variant.id }]);
      }
    }
    for (const [productId, priced] of byProduct)
      for (const outcome of await tell(connection, productId, priced)) outcomes.set(outcome.id, outcome);
    return updates.flatMap(({ id }) => outcomes.get(id) ?? []);
  },
};

async function tell(connection: Connection, productId: string, priced: readonly Priced[]): Promise<Outcome[]> {
  const variants = priced.map(({ variantId, update }) => ({ id: variantId, price: formatAmount(update.price) }));
  const request = mutationRequest(UPDATE_VARIANTS, { productId, variants }, { repeatable: true });
  const { userErrors } = (await connection.call(request, UpdateVariantsSchema)).data.productVariantsBulkUpdate;
  return priced.map(({ update: { id } }, index) => {
    const ofOne = ({ field }: { field?: string[] | null | undefined }) => field?.find((part) => /^\d+$/.test(part));
    const error =
      userErrors.find((one) => ofOne(one) === String(index)) ?? userErrors.find((one) => ofOne(one) === undefined);
    return error ? refusalOf(id, error) : { id, ok: true };
  });
}
