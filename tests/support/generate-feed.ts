import { csvLine } from "../../core/platform/csv-writer.ts";
import { gtinCheckDigit } from "../../core/platform/gtin.ts";

export interface FeedOptions {
  rows: number;
  /** The same seed gives the same feed, byte for byte. */
  seed?: number;
  /** One a row, in turn. */
  currencies?: readonly string[];
  /** Rows whose cost differs from the feed that was made without this: every n-th. */
  changeEvery?: number;
}

const COLORS = ["Black", "White", "Navy", "Olive", "Sand", "Crimson", "Graphite", "Ivory", "Teal", "Mustard"];
const MATERIALS = ["Cotton", "Leather", "Merino", "Bamboo", "Ceramic", "Walnut", "Steel", "Linen", "Canvas", "Glass"];
const KINDS = ["Sneaker", "Backpack", "Mug", "Lamp", "Jacket", "Notebook", "Headphones", "Kettle", "Blanket", "Chair"];
const WORDS = (
  "everyday compact lightweight durable classic modern soft breathable adjustable foldable waterproof handmade polished " +
  "reinforced padded insulated seamless portable stackable washable recycled vintage slim wide with for and in the a set " +
  "of two three pocket strap handle lid base finish travel kitchen office home outdoor winter summer city trail studio"
).split(" ");
const BRANDS = ["Northfold", "Kestrel & Co", "Oakline", "Brightwell", "Tessera", "Marlow", "Fjordhus", "Ito Works"];

export const FEED_HEADER = [
  "sku",
  "name",
  "description",
  "cost",
  "price",
  "currency",
  "gtin",
  "brand",
  "category",
  "stock",
  "images",
  "color",
  "material",
];

/** What reads the feed, as a caller would write it. */
export const FEED_MAPPING = {
  sku: "sku",
  name: "name",
  description: "description",
  cost: { column: "cost", currencyColumn: "currency" },
  price: { column: "price", currencyColumn: "currency" },
  gtin: "gtin",
  brand: "brand",
  category: "category",
  stock: "stock",
  images: { column: "images", list: "split" as const, separator: "|" },
  attributes: { color: "color", material: "material" },
};

/** A supplier's feed as CSV, in pieces of about 64 KB, so that a large one is never whole in memory. */
export function* generateFeed(options: FeedOptions): Generator<Buffer> {
  let text = csvLine(FEED_HEADER);
  for (let row = 1; row <= options.rows; row++) {
    text += csvLine(feedRow(row, options));
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** The whole feed; for small ones. */
export function feedText(options: FeedOptions): string {
  return Buffer.concat([...generateFeed(options)]).toString("utf8");
}

/** Cells of row `row`, counted from 1. Does not depend on the rows before it. */
export function feedRow(row: number, { seed = 1, currencies = ["USD"], changeEvery = 0 }: FeedOptions): string[] {
  const random = generator(seed * 1_000_003 + row);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? "";
  const some = (count: number): string => Array.from({ length: count }, () => pick(WORDS)).join(" ");
  const [color, material, kind, brand] = [pick(COLORS), pick(MATERIALS), pick(KINDS), pick(BRANDS)];
  const costMinor = 200 + Math.floor(random() * 20_000);
  const change = changeEvery > 0 && row % changeEvery === 0 ? 50 : 0;
  const currency = currencies[row % currencies.length] ?? "USD";
  const body = `20${String(row).padStart(10, "0")}`;
  const image = `https://cdn.example.com/${seed}/${row}`;
  return [
    `SKU-${seed}-${String(row).padStart(7, "0")}`,
    `${color} ${material} ${kind} ${some(7)}`,
    `The ${kind.toLowerCase()} by ${brand}, ${some(24)}.`,
    amount(costMinor + change, currency),
    amount(Math.floor(costMinor * 1.6) + 100, currency),
    currency,
    `${body}${gtinCheckDigit(body)}`,
    brand,
    `${kind}s`,
    String(Math.floor(random() * 500)),
    `${image}/front.jpg|${image}/back.jpg`,
    color,
    material,
  ];
}

/** In major units, with two decimals where the currency has any. */
function amount(minor: number, currency: string): string {
  const whole = `${Math.floor(minor / 100)}`;
  return currency === "KRW" || currency === "JPY" ? `${whole}00` : `${whole}.${String(minor % 100).padStart(2, "0")}`;
}

/** mulberry32: small, seedable, and good enough for words. Numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
