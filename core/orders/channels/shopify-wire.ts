import * as z from "zod";
import { amount, id, list, price, text } from "./wire.ts";

const PriceSetSchema = z.lazy(() => z.object({ shop_money: z.object({ amount: amount() }).nullish() }));

const PersonSchema = z.lazy(() =>
  z.object({ id: text(), first_name: text(), last_name: text(), email: text(), phone: text() }),
);

const AddressSchema = z.lazy(() =>
  z.object({
    name: text(),
    first_name: text(),
    last_name: text(),
    address1: text(),
    address2: text(),
    city: text(),
    province: text(),
    zip: text(),
    country: text(),
    country_code: text(),
    phone: text(),
  }),
);

const LineSchema = z.lazy(() =>
  z.object({
    id: text(),
    sku: text(),
    title: text(),
    name: text(),
    quantity: z.number().int().min(1),
    current_quantity: z.number().int().nullish(),
    price: price(),
  }),
);

const FulfillmentSchema = z.lazy(() =>
  z.object({
    id: text(),
    status: text(),
    tracking_company: text(),
    tracking_number: text(),
    tracking_numbers: list(text()),
    tracking_url: text(),
    tracking_urls: list(text()),
  }),
);

const TransactionSchema = z.lazy(() => z.object({ kind: text(), status: text(), amount: amount(), currency: text() }));

/** Shopify's Order as its Admin REST API and its webhooks write it; amounts are decimal text in the shop's currency. */
export const ShopifyOrderSchema = z.lazy(() =>
  z.object({
    id: id(),
    email: text(),
    contact_email: text(),
    phone: text(),
    test: z.boolean().nullish(),
    created_at: text(),
    processed_at: text(),
    updated_at: text(),
    cancelled_at: text(),
    currency: z.string(),
    financial_status: text(),
    fulfillment_status: text(),
    taxes_included: z.boolean().nullish(),
    total_price: price(),
    total_tax: amount(),
    total_discounts: amount(),
    total_line_items_price: amount(),
    total_tip_received: amount(),
    original_total_duties_set: PriceSetSchema.nullish(),
    total_shipping_price_set: PriceSetSchema.nullish(),
    shipping_lines: list(z.object({ price: amount() })),
    line_items: z.array(LineSchema).min(1),
    fulfillments: list(FulfillmentSchema),
    refunds: list(z.object({ transactions: list(TransactionSchema) })),
    customer: PersonSchema.nullish(),
    shipping_address: AddressSchema.nullish(),
  }),
);

export type ShopifyOrder = z.output<typeof ShopifyOrderSchema>;
