import type { Item } from "../platform/table.ts";
import { type ChannelUpdate, publishedOf } from "./channel-update.ts";
import type { Offer } from "./publishable.ts";

/** A channel has sold of a product itself, and shows so many fewer without being told. */
export interface OwnSale {
  productId: string;
  channel: string;
  /** When its order was recorded here: RFC 3339 UTC. */
  at: string;
}

interface Line {
  id: string;
  productId?: string;
  holds?: readonly unknown[];
  fulfilled?: number;
  boughtBy?: string;
}

/**
 * What a change of an order says of that: the lines whose units are taken since, so that what is calculated now knows of
 * them. A record of the stream that comes again says the same again.
 */
export function ownSalesOf({ old, new: now }: { old?: Item; new?: Item }): OwnSale[] {
  if (now?.["entity"] !== "order" || now["affectsStock"] !== true || now["status"] === "cancelled") return [];
  const before = new Set(linesOf(old).flatMap((line) => (isTaken(line) ? [line.id] : [])));
  const [channel, at] = [String(now["channel"]), String(now["createdAt"])];
  return linesOf(now).flatMap((line) =>
    line.productId !== undefined && isTaken(line) && !before.has(line.id)
      ? [{ productId: line.productId, channel, at }]
      : [],
  );
}

const linesOf = (order: Item | undefined) => (order?.["lines"] ?? []) as readonly Line[];

const isTaken = ({ holds = [], fulfilled = 0, boughtBy }: Line) =>
  holds.length > 0 || fulfilled > 0 || boughtBy !== undefined;

/** The channel has sold since it was told, and shows less than what is desired although that was told: it is told again. */
export function hasSoldSince(update: ChannelUpdate, offer: Offer, ownSaleAt = update.ownSaleAt): boolean {
  if (ownSaleAt === undefined || offer.quantity === 0 || publishedOf(update) === undefined) return false;
  return ownSaleAt >= (update.publishedAsOf ?? "");
}
