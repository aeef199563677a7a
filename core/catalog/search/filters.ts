import type { Expression, Item } from "../../platform/table.ts";
import type { ProductStatus } from "../product.ts";
import { type Searchable, searchText } from "./text.ts";

/** A product as the table holds it. */
export type ProductItem = Item & Searchable & { id: string };

/** Prices are in minor units of `currency`; products without a price, or in another currency, are left out. */
export interface Filters {
  status?: ProductStatus | undefined;
  minPriceMinor?: number | undefined;
  maxPriceMinor?: number | undefined;
  currency?: string | undefined;
  categoryId?: string | undefined;
}

const OPERATORS = { "=": same, ">=": atLeast, "<=": atMost } as const;

interface Comparison {
  attribute: string;
  operator: keyof typeof OPERATORS;
  value: string | number;
}

/** The filters as comparisons, written once for both places that apply them: here, and in the table's own filter. */
function comparisons({ status, minPriceMinor, maxPriceMinor, currency, categoryId }: Filters): Comparison[] {
  const all = [
    { attribute: "status", operator: "=" as const, value: status },
    { attribute: "priceMinor", operator: ">=" as const, value: minPriceMinor },
    { attribute: "priceMinor", operator: "<=" as const, value: maxPriceMinor },
    { attribute: "currency", operator: "=" as const, value: currency },
    { attribute: "categoryId", operator: "=" as const, value: categoryId },
  ];
  return all.flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]));
}

/** The question whether a product belongs into the answer, and the attributes that it asks for. */
export interface Test {
  passes: (product: Item) => boolean;
  filter: Expression | undefined;
  filterAttributes: string[];
}

export function createTest(words: string[], filters: Filters): Test {
  const parts = comparisons(filters);
  return {
    passes(product) {
      if (!parts.every(({ attribute, operator, value }) => OPERATORS[operator](product[attribute], value)))
        return false;
      const text = searchText(product as ProductItem);
      return words.every((word) => text.includes(word));
    },
    filter: parts.length === 0 ? undefined : expressionOf(parts),
    filterAttributes: [...new Set(parts.map(({ attribute }) => attribute))],
  };
}

function expressionOf(parts: Comparison[]): Expression {
  return {
    expression: parts.map(({ operator }, index) => `#f${index} ${operator} :f${index}`).join(" AND "),
    names: Object.fromEntries(parts.map(({ attribute }, index) => [`#f${index}`, attribute])),
    values: Object.fromEntries(parts.map(({ value }, index) => [`:f${index}`, value])),
  };
}

function same(actual: unknown, value: string | number): boolean {
  return actual === value;
}

function atLeast(actual: unknown, value: string | number): boolean {
  return typeof actual === "number" && actual >= Number(value);
}

function atMost(actual: unknown, value: string | number): boolean {
  return typeof actual === "number" && actual <= Number(value);
}
