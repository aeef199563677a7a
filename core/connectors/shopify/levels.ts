import type { Connection } from "../wire.ts";
import { LEVELS, LOCATION } from "./queries.ts";
import { queryRequest } from "./requests.ts";
import { type LevelNode, LevelsSchema, LocationSchema } from "./wire.ts";
import { variantsWith } from "./with-skus.ts";

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
): Promise<Map<string, Level | NoLevel | "notFoundYet">> {
  const variants = await variantsWith<LevelNode>(skus, async (ask) => {
    const request = queryRequest(LEVELS.text, { ...ask, locationId }, LEVELS.points(ask.first));
    return (await connection.call(request, LevelsSchema)).data.productVariants;
  });
  const levels = new Map<string, Level | NoLevel | "notFoundYet">();
  for (const sku of skus) {
    const { found, isSettled } = variants.of(sku);
    if (found[0]) levels.set(sku, found.length === 1 ? levelOf(found[0]) : AMBIGUOUS);
    else if (!isSettled) levels.set(sku, "notFoundYet");
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
