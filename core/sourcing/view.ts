import { defined } from "../platform/defined.ts";
import { toWire, type WireMoney } from "../platform/money.ts";
import type { SourceReport } from "./ask.ts";
import type { Sameness } from "./duplicates.ts";
import type { Link } from "./links.ts";
import type { DropReason, Explained, Offer, Origin, Scored } from "./offer.ts";
import type { SearchResult } from "./find.ts";

export interface OfferView {
  source: Origin;
  externalId: string;
  name: string;
  description?: string;
  cost: WireMoney;
  price?: WireMoney;
  quantity?: number;
  /** Where the source shows it, as the source gave it. */
  url?: string;
  /** The same, as one that earns a commission where there is such a one. */
  link?: Link;
  images: string[];
  gtin?: string;
  styleCode?: string;
  brand?: string;
  vendor?: string;
  categories: string[];
  attributes: Record<string, string>;
  signals?: { rating?: number; sales?: number; commission?: number };
  score: number;
  explain: Explained[];
  standsFor: StoodForView[];
}

export interface StoodForView {
  source: Origin;
  externalId: string;
  name: string;
  cost: WireMoney;
  url?: string;
  because: Sameness;
  similarity: number;
}

export interface SearchView {
  query: string;
  currency: string;
  items: OfferView[];
  more: number;
  duplicates: number;
  dropped: Partial<Record<DropReason, number>>;
  sources: SourceReport[];
}

/** Whoever wants to read more goes to the source. */
const MAX_DESCRIPTION = 500;

export function viewSearch({ items, ...rest }: SearchResult): SearchView {
  return {
    ...rest,
    items: items.map(({ kept: { item, standsFor }, link }) => ({
      ...viewOffer(item, link),
      standsFor: standsFor.map(({ item: other, because, similarity }) =>
        defined({ ...shown(other.offer), url: other.offer.product.url, because, similarity }),
      ),
    })),
  };
}

function viewOffer({ offer, score, explain }: Scored, link: Link | undefined): Omit<OfferView, "standsFor"> {
  const { product } = offer;
  return defined({
    ...shown(offer),
    description: product.description?.slice(0, MAX_DESCRIPTION),
    price: product.price && toWire(product.price),
    quantity: product.quantity,
    url: product.url,
    link,
    images: product.images,
    gtin: product.gtin,
    styleCode: product.styleCode,
    brand: product.brand,
    vendor: product.vendor,
    categories: product.categories,
    attributes: product.attributes,
    signals: product.signals,
    score,
    explain,
  });
}

function shown({ origin, product }: Offer) {
  return { source: origin, externalId: product.externalId, name: product.name, cost: toWire(product.cost) };
}
