import * as z from "zod";

/** Ids and counts come as numbers from some methods and as texts from others. */
const Text = z.lazy(() => z.union([z.string(), z.number().transform(String)]));
const Count = z.lazy(() => z.coerce.number().int().nonnegative());

/** What one product says. Each is read by itself, so that one that cannot be read costs only itself. */
export const ProductWire = z.lazy(() =>
  z.looseObject({
    product_id: Text,
    product_title: z.string().optional(),
    product_detail_url: z.string().optional(),
    promotion_link: z.string().optional(),
    product_main_image_url: z.string().optional(),
    // An empty list stands for the object where there are none.
    product_small_image_urls: z
      .union([z.object({ string: z.array(z.string()).default([]) }), z.array(z.string())])
      .transform((urls) => (Array.isArray(urls) ? urls : urls.string))
      .optional(),
    product_video_url: z.string().optional(),
    target_sale_price: Text.optional(),
    target_sale_price_currency: z.string().optional(),
    target_original_price: Text.optional(),
    target_original_price_currency: z.string().optional(),
    sale_price: Text.optional(),
    sale_price_currency: z.string().optional(),
    original_price: Text.optional(),
    original_price_currency: z.string().optional(),
    discount: z.string().optional(),
    evaluate_rate: z.string().optional(),
    commission_rate: z.string().optional(),
    lastest_volume: Text.optional(),
    first_level_category_name: z.string().optional(),
    second_level_category_name: z.string().optional(),
    shop_name: z.string().optional(),
    shop_id: Text.optional(),
    shop_url: z.string().optional(),
    seller_id: Text.optional(),
    ship_to_days: z.string().optional(),
    platform_product_type: z.string().optional(),
    sku_id: Text.optional(),
    tax_rate: Text.optional(),
  }),
);

export type ProductWire = z.output<typeof ProductWire>;

const result = <Name extends string, T extends z.ZodType>(name: Name, inner: T) =>
  z.object({ [name]: z.object({ resp_result: z.object({ resp_code: Count.optional(), result: inner.optional() }) }) });

export const ProductQueryAnswer = z.lazy(() =>
  result(
    "aliexpress_affiliate_product_query_response",
    z.object({
      current_page_no: Count.optional(),
      total_record_count: Count.optional(),
      total_page_no: Count.optional(),
      products: z.object({ product: z.array(z.unknown()) }).optional(),
    }),
  ).transform((answer) => answer["aliexpress_affiliate_product_query_response"]?.resp_result.result ?? {}),
);

export const LinkGenerateAnswer = z.lazy(() =>
  result(
    "aliexpress_affiliate_link_generate_response",
    z.object({
      promotion_links: z
        .object({
          promotion_link: z.array(
            z.looseObject({ source_value: z.string().optional(), promotion_link: z.string().optional() }),
          ),
        })
        .optional(),
    }),
  ).transform((answer) => answer["aliexpress_affiliate_link_generate_response"]?.resp_result.result?.promotion_links),
);

/** A refusal of the gateway itself. */
export const ErrorAnswer = z.lazy(() =>
  z.object({
    error_response: z.looseObject({
      type: z.string().optional(),
      code: Text.optional(),
      sub_code: z.string().optional(),
    }),
  }),
);

/** What a method says of itself, under a name of its own. */
export const RespCode = z.lazy(() => z.record(z.string(), z.object({ resp_result: z.object({ resp_code: Count }) })));
