import type { WireRequest } from "../wire.ts";
import { AUTH_PATH, GRAPHQL_PATH, MAX_QUERY_CHARACTERS } from "./constants.ts";

const JSON_TYPE = { "content-type": "application/json" };

export const ITEM_FIELDS = `key name model production origin price(currency: KRW) pricePolicy fixedPrice(currency: KRW)
searchKeywords category { key name fullName } content shippingFee shippingType images(size: large) status
options { key price quantity status optionAttributes { name value } }
taxFree adultOnly returnable noReturnReason guaranteedShippingPeriod openmarketSellable boxQuantity attributes metadata
isUsed createdAt updatedAt`;

export const ORDER_FIELDS = `key note status
products { itemKey quantity price trackingNumber shippingCompanyCode shippingCompanyName shippedDate }`;

/** What a list is asked for, by the names of its arguments. `name` is of an enum's value, which stands without quotes. */
export type Arguments = Readonly<Record<string, string | number | readonly string[] | { name: string } | undefined>>;

/** A query: by GET as the document says, by POST where it is too long for an address. */
export function query(text: string): WireRequest {
  const compact = `query { ${text.replaceAll(/\s+/g, " ").trim()} }`;
  const base = { base: "api", path: GRAPHQL_PATH } as const;
  if (encodeURIComponent(compact).length <= MAX_QUERY_CHARACTERS)
    return { ...base, method: "GET", query: { query: compact } };
  return { ...base, method: "POST", headers: JSON_TYPE, body: JSON.stringify({ query: compact }), repeatable: true };
}

/** A mutation, which must not be sent twice. */
export function mutation(text: string, variables: Readonly<Record<string, unknown>>): WireRequest {
  const body = JSON.stringify({ query: text.replaceAll(/\s+/g, " ").trim(), variables });
  return { base: "api", method: "POST", path: GRAPHQL_PATH, headers: JSON_TYPE, body };
}

/** A page of a list: `allItems(first: 1000, sortBy: dateAsc) { … }`. */
export function list(field: string, args: Arguments, fields: string): WireRequest {
  const page = `pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { ${fields} } }`;
  return query(`${field}(${written(args)}) { ${page} }`);
}

export const itemsByKeys = (keys: readonly string[]) => query(`itemsByKeys(${written({ keys })}) { ${ITEM_FIELDS} }`);

export const simulate = (input: unknown) => ({
  ...mutation(
    `mutation ($input: OrderInput!) { simulateCreateOrder(input: $input) {
      itemAmounts { amount itemKey } shippingAmount extraShippingFeeExists } }`,
    { input },
  ),
  // It orders nothing.
  repeatable: true,
});

export const create = (input: unknown) =>
  mutation(`mutation ($input: OrderInput!) { createOrder(input: $input) { ${ORDER_FIELDS} } }`, { input });

export const cancel = (key: string) =>
  mutation("mutation ($key: ID!) { cancelOrder(key: $key) { key status } }", { key });

export const token = ({ username, password }: Readonly<Record<string, string>>): WireRequest => ({
  base: "auth",
  method: "POST",
  path: AUTH_PATH,
  headers: JSON_TYPE,
  body: JSON.stringify({ service: "ownerclan", userType: "seller", username, password }),
  repeatable: true,
});

/** Values as GraphQL writes them, which for texts, numbers and lists is as JSON does. */
function written(args: Arguments): string {
  return Object.entries(args)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${isEnum(value) ? value.name : JSON.stringify(value)}`)
    .join(", ");
}

function isEnum(value: Arguments[string]): value is { name: string } {
  return typeof value === "object" && "name" in value;
}
