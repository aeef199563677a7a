import type { Connection } from "../wire.ts";
import { LEVELS, LOCATION } from "./queries.ts";
import { queryRequest, skuQuery } from "./requests.ts";
import { type LevelNode, LevelsSchema, LocationSchema } from "./wire.ts";

/** What the shop shows of a SKU at a location. */
export interface Level {
  inventoryItemId: string;
  quantity: number;
  updatedAt: string | undefined;
}

export interface NoLevel {
  code: string;
  message: string;
}

/** Where a shop's stock is, unless its account says otherwise. */
export async function primaryLocation(connection: Connection): Promise<string> {
  const request = queryRequest(LOCATION.text, {}, LOCATION.points());
  return (await connection.call(request, LocationSchema)).data.location.id;
}

/** By SKU; one that no variant has is missing. */
export async function readLevels(
  connection: Connection,
  skus: readonly string[],
  locationId: string,
): Promise<Map<string, Level | NoLevel>> {
  const wanted = [...new Set(skus)];
  // Twice as many: nothing forbids two variants one SKU.
  const first = wanted.length * 2;
  const request = queryRequest(LEVELS.text, { first, query: skuQuery(wanted), locationId }, LEVELS.points(first));
  const { nodes } = (await connection.call(request, LevelsSchema)).data.productVariants;
  const levels = new Map<string, Level | NoLevel>();
  for (const sku of wanted) {
    // The search knows no case and takes parts of words.
    const found = nodes.filter((node) => node.sku === sku);
    if (found[0]) levels.set(sku, found.length === 1 ? levelOf(found[0]) : AMBIGUOUS);
  }
  return levels;
}

function levelOf({ inventoryItem: { id, tracked, inventoryLevel } }: LevelNode): Level | NoLevel {
  if (!tracked) return NOT_TRACKED;
  const [available] = inventoryLevel?.quantities ?? [];
  if (!available) return NOT_STOCKED;
  return { inventoryItemId: id, quantity: available.quantity, updatedAt: available.updatedAt ?? undefined };
}

const AMBIGUOUS = { code: "AMBIGUOUS_SKU", message: "Several variants at Shopify have this SKU" };
const NOT_TRACKED = { code: "NOT_TRACKED", message: "Shopify does not count this variant's stock" };
const NOT_STOCKED = { code: "NOT_STOCKED", message: "The variant is not stocked at the account's location" };
