/** A product of the stand-in. What is undefined is missing in the answer, as it is at the provider. */
export interface DemoProduct {
  id: string;
  title: string | undefined;
  /** In dollars and cents. */
  cents: number;
  listCents: number;
  images: string[];
  ratePercent: number;
  sold: number;
  commissionPercent: number;
  categories: [string, string];
  shop: number;
  /** Whether a link can be made for it: not all goods earn a commission. */
  hasLink: boolean;
}

const STYLES = ["Foldable", "Wireless", "Portable", "Waterproof", "Magnetic", "Adjustable", "Silicone", "Bamboo"];
const GOODS: [noun: string, categories: [string, string]][] = [
  ["Desk Lamp", ["Lights & Lighting", "Desk Lamps"]],
  ["Phone Case", ["Phones & Accessories", "Phone Cases"]],
  ["Lunch Box", ["Home & Garden", "Kitchen Storage"]],
  ["Yoga Mat", ["Sports", "Fitness"]],
  ["Water Bottle", ["Sports", "Camping"]],
  ["Dress", ["Apparel", "Dresses"]],
  ["Backpack", ["Luggage & Bags", "Backpacks"]],
  ["Keyboard", ["Computers", "Peripherals"]],
];
const FINISHES = ["Black", "White", "Sage Green", "Sky Blue", "Sand"];
const FIRST_ID = 1_005_000_000_000_000;
const IMAGES = "https://images.sandbox.invalid/kf";

/** What a shop does to another's title to sell the same goods. */
const RETITLED: ((title: string) => string)[] = [
  (title) => `${title} Hot Sale`,
  (title) => title.toUpperCase(),
  (title) => title.split(" ").toReversed().join(" "),
];

/**
 * Plainly made up, and the same every time: 320 kinds of goods, every fourth of them offered by a second shop too, and
 * every eleventh with something wrong.
 */
export function demoCatalogue(): DemoProduct[] {
  const products: DemoProduct[] = [];
  const add = (product: Omit<DemoProduct, "id">) =>
    products.push({ id: String(FIRST_ID + products.length * 17), ...product });
  let kind = 0;
  for (const [noun, categories] of GOODS) {
    for (const style of STYLES) {
      for (const finish of FINISHES) {
        kind++;
        const title = `Demo ${style} ${noun} ${finish} for Home and Travel`;
        const product = {
          title,
          cents: 299 + ((kind * 137) % 5_000),
          listCents: 599 + ((kind * 137) % 5_000) * 2,
          images: [0, 1, 2].map((view) => `${IMAGES}/demo${kind}-${view}.jpg`),
          ratePercent: 80 + (kind % 20),
          sold: (kind * kind) % 9_000,
          commissionPercent: 3 + (kind % 7),
          categories,
          shop: 1 + (kind % 40),
          hasLink: kind % 9 !== 0,
        };
        add({ ...product, ...defectOf(kind) });
        if (kind % 4 !== 0) continue;
        const retitled = RETITLED[kind % RETITLED.length]?.(title) ?? title;
        const images = product.images.map((url) => url.replace(".jpg", ".jpg_640x640.jpg"));
        add({ ...product, title: retitled, cents: product.cents + 40, sold: 3, shop: product.shop + 40, images });
      }
    }
  }
  return products;
}

/** Every eleventh: no title, no price, no address of an image, or HTML where there should be none. */
function defectOf(kind: number): Partial<DemoProduct> {
  if (kind % 11 !== 0) return {};
  const defects: Partial<DemoProduct>[] = [
    { title: undefined },
    { cents: 0 },
    { images: ["not an address"] },
    { title: "<b>Demo</b> Gift &amp; Home Set<script>alert(1)</script> for Travel" },
  ];
  return defects[(kind / 11) % defects.length] ?? {};
}

/** Goods that have any of the words, those with most of them first. */
export function findIn(products: readonly DemoProduct[], keywords: string): DemoProduct[] {
  const words = keywords.toLowerCase().split(/\s+/).filter(Boolean);
  const counted = products.map((product) => {
    const text = `${product.title ?? ""} ${product.categories.join(" ")}`.toLowerCase();
    return { product, found: words.filter((word) => text.includes(word)).length };
  });
  return counted
    .filter(({ found }) => found > 0)
    .toSorted((a, b) => b.found - a.found)
    .map(({ product }) => product);
}
