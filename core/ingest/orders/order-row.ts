import type { Money } from "../../platform/money.ts";

/** What a row's line means, as its sign and its group say. */
export type LineMeaning = "sale" | "credit" | "writeOff";

/** What one row of a file says: a line, and what it tells of its order. */
export interface OrderRow {
  meaning: LineMeaning;
  /** What the rows of one order share, or the order's own number; absent where rows have none. */
  externalId?: string;
  /** Of the row's cells as they came; equal rows have equal ones. */
  content: string;
  channel: string;
  /** The file's own word, where a column has it. */
  status?: string;
  /** RFC 3339 UTC. */
  placedAt: string;
  currency: string;
  line: OrderRowLine;
  customer?: Partial<Record<CustomerField, string>>;
  shippingAddress?: Partial<Record<AddressField, string>>;
  notes?: string;
}

export interface OrderRowLine {
  sku?: string;
  gtin?: string;
  styleCode?: string;
  size?: string;
  title?: string;
  /** Units, more than 0; the row's meaning has its sign. */
  quantity: number;
  /** Absent where it has more decimals than its currency: the total is exact then. */
  unitPrice?: Money;
  /** Of all units, ≥ 0. */
  total: Money;
}

export const CUSTOMER_FIELDS = ["name", "email", "phone", "externalId"] as const;
export type CustomerField = (typeof CUSTOMER_FIELDS)[number];

export const ADDRESS_FIELDS = ["name", "street", "street2", "city", "state", "postalCode", "country", "phone"] as const;
export type AddressField = (typeof ADDRESS_FIELDS)[number];
