import * as z from "zod";

export const UploadAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      url: z.string(),
      method: z.literal("PUT"),
      headers: z.record(z.string(), z.string()),
      expiresAt: z.iso.datetime(),
    })
    .meta({ id: "UploadTicket" }),
);

const uploadId = "upl_01JD0000000000000000000000";

/** What callers send to import a file, by what it brings. */
export const IMPORT_EXAMPLES = {
  "Products, by a mapping": {
    kind: "products",
    uploadId,
    format: "csv",
    mapping: {
      sku: "SKU",
      name: "Title",
      cost: { column: "Wholesale", currency: "USD" },
      brand: "Brand",
      stock: "Qty",
      images: { column: "Images", list: "split", separator: "|" },
    },
    onError: "rejectFailedRows",
    margin: "0.3",
  },
  "Products of a Shopify export": { kind: "products", uploadId, format: "shopify", dryRun: true },
  "Orders, one line a row": {
    kind: "orders",
    uploadId,
    format: "csv",
    mapping: {
      groupBy: "InvoiceNo",
      sku: "StockCode",
      title: "Description",
      quantity: "Quantity",
      unitPrice: "UnitPrice",
      currency: "GBP",
      placedAt: { column: "InvoiceDate", timeZone: "Europe/London" },
      customer: { externalId: "CustomerID" },
      country: "Country",
      cancellation: { prefix: "C" },
    },
    affectsStock: false,
  },
  "Sales without order numbers": {
    kind: "orders",
    uploadId,
    format: "csv",
    mapping: {
      channel: { constant: "stockx" },
      title: "Sneaker Name",
      size: "Shoe Size",
      unitPrice: "Sale Price",
      currency: "USD",
      placedAt: "Order Date",
    },
  },
  "What a marketplace's API answered": { kind: "orders", uploadId, format: "ebayOrders", affectsStock: true },
};
