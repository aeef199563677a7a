import type { Product } from "../../core/catalog/product.ts";

export interface Catalogue {
  size: number;
  someSku: string;
  product(n: number, id: string): Product;
}

const COLOURS = "black white red blue green grey navy beige olive burgundy cream charcoal".split(" ");
const KINDS = "shirt sweatshirt hoodie jacket sneaker boot jeans shorts dress backpack cap watch".split(" ");
const QUALITIES =
  "cotton leather washed padded brushed recycled tailored oversized cropped quilted ribbed relaxed".split(" ");
const SYLLABLES = "ka mo ri ten sol ver lan dor mi pe sta gro ling ace ur bel nor fi tra ved".split(" ");

/** Words by Zipf's law, as texts have them: a few everywhere, most of them rare. */
const RARE_WORDS = 20_000;
const DESCRIPTION_WORDS = 50;

/** A made-up shop, the same for the same size: names of seven words, descriptions of fifty, a SKU of its own each. */
export function makeCatalogue(size: number): Catalogue {
  const random = generator(size);
  const pick = (words: string[]) => words[Math.floor(random() * words.length)] ?? "";
  const needles = new Set(Array.from({ length: 20 }, (_, index) => Math.floor(((index + 0.5) * size) / 20)));
  const sku = (n: number) =>
    `${letters(n)}${String((n * 7919) % 10_000).padStart(4, "0")}-${String(n % 1000).padStart(3, "0")}`;
  return {
    size,
    someSku: sku(Math.floor(size / 3)),
    product(n, id) {
      const at = "2026-11-21T12:00:00.000Z";
      const marks = [
        needles.has(n) ? "needleword" : "",
        n % 100 === 50 ? "percentile" : "",
        n % 10 === 3 ? "decimal" : "",
      ];
      const text = Array.from({ length: DESCRIPTION_WORDS }, () =>
        random() < 0.4 ? pick(random() < 0.5 ? QUALITIES : KINDS) : rareWord(Math.floor(RARE_WORDS ** random())),
      );
      return {
        id,
        sku: sku(n),
        name: `${rareWord(n % 40)} ${pick(QUALITIES)} ${pick(COLOURS)} ${pick(KINDS)} ${rareWord(Math.floor(random() * 3_000))}`,
        description: `${text.join(" ")}. ${marks.join(" ")}`,
        status: n % 4 === 0 ? "draft" : "active",
        cost: { minor: 1_000 + (n % 500), currency: "USD" },
        price: { minor: 2_000 + (n % 900), currency: "USD" },
        images: [`https://images.example.com/${n}-front.jpg`, `https://images.example.com/${n}-back.jpg`],
        attributes: { color: pick(COLOURS), size: String(36 + (n % 12)) },
        createdBy: "key_bench",
        version: 1,
        createdAt: at,
        updatedAt: at,
      };
    },
  };
}

function rareWord(rank: number): string {
  let word = "";
  for (let rest = rank + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length] ?? "";
  }
  return word;
}

function letters(n: number): string {
  return String.fromCharCode(65 + (Math.floor(n / 26) % 26), 65 + (n % 26));
}

/** Mulberry32: small, fast, and the same numbers everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
