import type { Fault } from "../platform/errors.ts";
import type { Money } from "../platform/money.ts";
import type { OrderStatus } from "./status.ts";

/** Where goods go. Every part is the channel's own text. */
export interface Address {
  name?: string;
  street?: string;
  street2?: string;
  city?: string;
  state?: string;
  postalCode?: string;
  /** As the channel writes it: a name or ISO 3166-1 alpha-2. */
  country?: string;
  phone?: string;
}

/** One line as a channel or a file gives it. `sku`, else `gtin`, else `styleCode` with `size` says what it is of. */
export interface OrderDraftLine {
  /** Ours, where it is known already. */
  productId?: string;
  /** What the channel knows the goods by, as a listing's `platformSku` names them: it says which product of ours was sold. */
  platformSku?: string;
  sku?: string;
  gtin?: string;
  styleCode?: string;
  size?: string;
  title?: string;
  externalLineId?: string;
  /** Units, more than 0. */
  quantity: number;
  unitPrice?: Money;
  /** Of the whole line, where the channel gives that. */
  total?: Money;
}

/** An order in our words, as a channel's strategy or a file's reader made it of theirs; nothing is stored yet. */
export interface OrderDraft {
  channel: string;
  /** The channel's id of it: the same one twice is one order. */
  externalId?: string;
  /** The channel's own word for its status, kept as it came. */
  channelStatus?: string;
  status: OrderStatus;
  /** False when the channel's word is not in our table: it is shown, and `status` is the most careful guess. */
  isStatusKnown: boolean;
  /** RFC 3339 UTC. */
  placedAt: string;
  updatedAt?: string;
  currency: string;
  lines: OrderDraftLine[];
  total?: Money;
  shipping?: Money;
  tax?: Money;
  discount?: Money;
  fees?: { kind: string; amount: Money }[];
  /** What the channel pays out, after its fees. */
  payout?: Money;
  refunded?: Money;
  customer?: { name?: string; email?: string; phone?: string; externalId?: string };
  shippingAddress?: Address;
  shipByDate?: string;
  tracking?: { carrier?: string; number: string; url?: string }[];
  notes?: string;
  /** What is odd about it (LINES_EXCEED_TOTAL, UNKNOWN_STATUS …); kept with the order. */
  warnings: Fault[];
}
