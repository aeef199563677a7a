import { expect } from "vitest";
import { type Marketplace, readOrders } from "../../../../core/orders/channels/index.ts";
import type { OrderDraft } from "../../../../core/orders/order-draft.ts";
import type { Fault } from "../../../../core/platform/errors.ts";

type Json = Record<string, unknown>;

/** Reads one order and expects it to be taken. */
export function draftOf(channel: Marketplace, order: unknown): OrderDraft {
  const [read] = readOrders(channel, order);
  expect(read, JSON.stringify(read)).toHaveProperty("draft");
  if (!read || !("draft" in read)) throw new Error("There is no draft");
  return read.draft;
}

/** Reads one order and expects it to be refused. */
export function faultsOf(channel: Marketplace, order: unknown): Fault[] {
  const [read] = readOrders(channel, order);
  expect(read, JSON.stringify(read)).toHaveProperty("faults");
  return read && "faults" in read ? read.faults : [];
}

export const codesOf = (faults: readonly Fault[]) => faults.map(({ code }) => code);

/** The value at a dotted path. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);
}

export const stockxOrder = (fields: Json = {}) => ({
  orderNumber: "000000001-000000002",
  listingId: null,
  askId: "99999999999999999999",
  amount: "250",
  currencyCode: "USD",
  status: "CREATED",
  createdAt: "2026-03-01T10:00:00.000Z",
  updatedAt: "2026-03-02T11:30:00.000Z",
  product: { productId: "made-up-product", productName: "Made-up Runner", styleId: "ZZ0001-100" },
  variant: { variantId: "made-up-variant", variantName: "Made-up-Runner:3", variantValue: "10.5" },
  authenticationDetails: { status: null, failureNotes: null },
  payout: {
    totalPayout: "217.50",
    salePrice: "250",
    totalAdjustments: "-32.50",
    currencyCode: "USD",
    adjustments: [
      { adjustmentType: "Transaction Fee", amount: "-22.50", percentage: "0.09" },
      { adjustmentType: "Payment Proc. (3%)", amount: "-7.50", percentage: "0.03" },
      { adjustmentType: "Shipping", amount: "-2.50", percentage: "0" },
    ],
  },
  inventoryType: "STANDARD",
  shipment: {
    shipByDate: "2026-03-04T23:59:59.000Z",
    trackingNumber: "MADEUP0001",
    trackingUrl: "https://carrier.example/MADEUP0001",
    carrierCode: "UPS",
    shippingLabelUrl: null,
  },
  ...fields,
});

const eur = (value: string) => ({ value, currency: "EUR" });

export const ebayOrder = (fields: Json = {}) => ({
  orderId: "00-00000-00001",
  creationDate: "2026-03-01T10:00:00.000Z",
  lastModifiedDate: "2026-03-01T10:05:00.000Z",
  orderFulfillmentStatus: "NOT_STARTED",
  orderPaymentStatus: "PAID",
  cancelStatus: { cancelState: "NONE_REQUESTED", cancelRequests: [] },
  buyer: {
    username: "made-up-buyer",
    buyerRegistrationAddress: {
      fullName: "Ada Example",
      email: "ada@example.invalid",
      primaryPhone: { phoneNumber: "+10000000" },
    },
  },
  pricingSummary: {
    priceSubtotal: eur("90.00"),
    priceDiscount: eur("-9.00"),
    deliveryCost: eur("6.50"),
    deliveryDiscount: eur("-1.50"),
    tax: eur("4.00"),
    total: eur("90.00"),
  },
  paymentSummary: {
    totalDueSeller: { value: "68.40", currency: "GBP", convertedFromValue: "79.50", convertedFromCurrency: "EUR" },
    refunds: [],
    payments: [],
  },
  fulfillmentStartInstructions: [
    {
      shippingStep: {
        shipTo: {
          fullName: "Ada Receiver",
          primaryPhone: { phoneNumber: "+10000001" },
          contactAddress: {
            addressLine1: "1 Nowhere Street",
            addressLine2: "Flat 2",
            city: "Sometown",
            stateOrProvince: "NW",
            postalCode: "00001",
            countryCode: "ES",
          },
        },
      },
    },
  ],
  lineItems: [
    {
      lineItemId: "100000001",
      sku: "SKU-1",
      title: "Made-up boots",
      quantity: 3,
      lineItemCost: eur("60.00"),
      total: eur("66.00"),
      variationAspects: [
        { name: "Colour", value: "Red" },
        { name: "EU Shoe Size", value: "42" },
      ],
      refunds: [],
      lineItemFulfillmentInstructions: { shipByDate: "2026-03-05T00:00:00.000Z" },
    },
    {
      lineItemId: "100000002",
      title: "Made-up laces",
      quantity: 1,
      lineItemCost: eur("30.00"),
      refunds: [],
      lineItemFulfillmentInstructions: { shipByDate: "2026-03-03T00:00:00.000Z" },
    },
  ],
  totalMarketplaceFee: eur("10.50"),
  ...fields,
});

export const aliasOrder = (fields: Json = {}) => ({
  id: "made-up-0001",
  status: "ORDER_STATUS_CONFIRMED",
  catalog_id: "made-up-runner-zz0001-100",
  catalog_name: "Made-up Runner",
  catalog_sku: "ZZ0001 100",
  size: 10.5,
  price_cents: 22_000,
  price_cents_after_take: 20_001,
  label_tracking_number: "MADEUP0002",
  label_courier: "UPS",
  sold_at: "2026-03-01T10:00:00Z",
  updated_at: "2026-03-02T10:00:00Z",
  cancels_at: "2026-03-08T10:00:00Z",
  ...fields,
});

export const shopifyOrder = (fields: Json = {}) => ({
  id: 900_000_000_001,
  email: "ada@example.invalid",
  phone: "+10000000",
  created_at: "2026-03-01T10:00:00-05:00",
  processed_at: "2026-03-01T09:59:00-05:00",
  updated_at: "2026-03-01T11:00:00-05:00",
  cancelled_at: null,
  currency: "USD",
  financial_status: "paid",
  fulfillment_status: null,
  taxes_included: false,
  total_price: "62.70",
  total_tax: "2.70",
  total_discounts: "5.00",
  total_line_items_price: "60.00",
  total_shipping_price_set: { shop_money: { amount: "5.00", currency_code: "USD" } },
  shipping_lines: [{ price: "5.00" }],
  line_items: [
    { id: 11, sku: "SKU-1", title: "Mug", name: "Mug - green", quantity: 2, current_quantity: 2, price: "20.00" },
    { id: 12, sku: "", title: "Plate", name: "Plate", quantity: 1, price: "20.00" },
  ],
  fulfillments: [],
  refunds: [],
  customer: { id: 77, first_name: "Ada", last_name: "Example", email: "ada@example.invalid" },
  shipping_address: {
    name: "Ada Receiver",
    address1: "1 Nowhere Street",
    address2: "",
    city: "Sometown",
    province: "NW",
    zip: "00001",
    country: "Spain",
    country_code: "ES",
    phone: null,
  },
  ...fields,
});
