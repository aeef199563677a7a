import { columnsOf } from "../mapping-columns.ts";
import type { OrderMapping } from "./order-mapping.ts";

/** Every column that a mapping of orders names. */
export function orderColumns(mapping: OrderMapping): string[] {
  const { groupBy, externalId, sku, gtin, styleCode, size, title, quantity, channel, status, country, notes } = mapping;
  const { unitPrice, lineTotal, placedAt, currency, cancellation, customer, shippingAddress } = mapping;
  const fields = [groupBy, externalId, sku, gtin, styleCode, size, title, quantity, channel, status, country, notes];
  const parts = [...Object.values(customer ?? {}), ...Object.values(shippingAddress ?? {})];
  const single = [unitPrice, lineTotal, placedAt, typeof currency === "object" ? currency : undefined, cancellation];
  return [
    ...new Set([
      ...[...fields, ...parts].flatMap((field) => (field === undefined ? [] : columnsOf(field))),
      ...single.flatMap((field) => {
        if (field === undefined) return [];
        if (typeof field === "string") return [field];
        return "column" in field ? [field.column] : [];
      }),
    ]),
  ];
}
