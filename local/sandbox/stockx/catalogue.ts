import { idOf } from "./state.ts";

export interface DemoProduct {
  productId: string;
  title: string;
  styleId: string;
  urlKey: string;
  colorway: string;
  retailPrice: number;
  variants: { variantId: string; size: string; askPrice: number }[];
}

const MODELS = ["Runner", "Court", "Trail", "Hiker"];
const COLOURS = ["Slate", "Chalk", "Moss"];
const SIZES = ["7", "7.5", "8", "8.5", "9", "9.5", "10", "10.5", "11"];
const KIND_PRODUCT = 1;
const KIND_VARIANT = 2;

/** Shoes that nobody makes, always the same ones. */
export function demoCatalogue(): DemoProduct[] {
  return MODELS.flatMap((model, m) =>
    COLOURS.map((colour, c) => {
      const number = m * COLOURS.length + c + 1;
      const retailPrice = 90 + 10 * m;
      const title = `Demo ${model} ${colour}`;
      return {
        productId: idOf(KIND_PRODUCT, number),
        title,
        styleId: `DM${String(1000 + number)}-${String(100 + c)}`,
        urlKey: title.toLowerCase().replaceAll(" ", "-"),
        colorway: `${colour}/White`,
        retailPrice,
        variants: SIZES.map((size, s) => ({
          variantId: idOf(KIND_VARIANT, number * 100 + s),
          size,
          askPrice: retailPrice + 12 + ((number * 7 + s * 5) % 40),
        })),
      };
    }),
  );
}

/** As a search tells of it; `isWhole` as when it is asked for itself. */
export function wireProduct(product: DemoProduct, isWhole: boolean): object {
  const { productId, title, styleId, urlKey, colorway, retailPrice } = product;
  return {
    productId,
    brand: "Demo Athletics",
    productType: "sneakers",
    styleId,
    urlKey,
    title,
    productAttributes: {
      color: null,
      colorway,
      gender: "men",
      releaseDate: "2026-01-15",
      retailPrice,
      season: null,
    },
    ...(isWhole
      ? {
          sizeChart: {
            defaultConversion: { name: "US M", type: "us m" },
            availableConversions: [
              { name: "US M", type: "us m" },
              { name: "CM", type: "cm" },
            ],
          },
          isFlexEligible: true,
          isDirectEligible: false,
        }
      : {}),
  };
}

export const wireVariants = ({ productId, urlKey, variants }: DemoProduct): object[] =>
  variants.map(({ variantId, size }, number) => ({
    productId,
    variantId,
    variantName: `${urlKey}:${number}`,
    variantValue: size,
    sizeChart: {
      defaultConversion: { size, type: "us m" },
      availableConversions: [
        { size: `US M ${size}`, type: "us m" },
        { size: `CM ${Number(size) + 18}`, type: "cm" },
      ],
    },
    gtins: [],
    isFlexEligible: true,
    isDirectEligible: false,
  }));

/** Others offer the same shoes; of the last size nobody does. */
export const wireMarkets = ({ productId, variants }: DemoProduct, currencyCode: string): object[] =>
  variants.map(({ variantId, askPrice }, number) => {
    const lowestAsk = number === variants.length - 1 ? null : String(askPrice);
    const kind = {
      lowestAsk,
      highestBidAmount: String(askPrice - 15),
      sellFaster: String(askPrice - 8),
      earnMore: String(askPrice + 9),
      beatUS: null,
    };
    return {
      productId,
      variantId,
      currencyCode,
      highestBidAmount: kind.highestBidAmount,
      lowestAskAmount: lowestAsk,
      flexLowestAskAmount: null,
      earnMoreAmount: kind.earnMore,
      sellFasterAmount: kind.sellFaster,
      standardMarketData: kind,
      flexMarketData: null,
      directMarketData: null,
    };
  });
