import { hash } from "node:crypto";
import type { Outcome, QuantityTarget } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { MAX_SKUS } from "./constants.ts";
import { refusalOf, refused } from "./errors.ts";
import { gid } from "./gid.ts";
import { type Level, primaryLocation, readLevels } from "./levels.ts";
import { SET_QUANTITIES } from "./queries.ts";
import { mutationRequest } from "./requests.ts";
import { SetQuantitiesSchema, type UserError } from "./wire.ts";
import { notFoundYet } from "./with-skus.ts";

type Update = Parameters<QuantityTarget["setQuantities"]>[1][number];

/** Of readings of what the shop shows; a sale between a reading and its write costs one. */
const ROUNDS = 4;

interface Write {
  update: Update;
  level: Level;
  quantity: number;
}

/**
 * The shop counts its own sales down at once, and we learn of them a little later. What it shows is therefore only ever
 * changed from what was read of it, and less of it than we know of means sales whose orders are yet to come: they are
 * taken off what it is to show.
 */
export const listings: QuantityTarget = {
  maxBatch: MAX_SKUS,
  async setQuantities(connection, updates) {
    const { locationId: own } = connection.settings;
    const locationId = own === undefined ? await primaryLocation(connection) : gid("Location", own);
    const outcomes = new Map<string, Outcome>();
    const known = new Map(updates.flatMap(({ id, shown }) => (shown === undefined ? [] : [[id, shown] as const])));
    for (let round = 0; round < ROUNDS && outcomes.size < updates.length; round++) {
      const open = updates.filter(({ id }) => !outcomes.has(id));
      const levels = await readLevels(
        connection,
        open.map(({ platformSku }) => platformSku),
        locationId,
      );
      const writes: Write[] = [];
      for (const update of open) {
        const level = levels.get(update.platformSku);
        if (level === "notFoundYet") {
          outcomes.set(update.id, notFoundYet(update.id));
          continue;
        }
        if (!level || "code" in level) {
          outcomes.set(update.id, level ? refused(update.id, level.code, level.message) : notThere(update.id));
          continue;
        }
        const before = known.get(update.id) ?? level.quantity;
        known.set(update.id, before);
        const quantity = Math.max(0, update.quantity - Math.max(0, before - level.quantity));
        if (quantity === level.quantity) outcomes.set(update.id, { id: update.id, ok: true });
        else writes.push({ update, level, quantity });
      }
      if (writes.length > 0) await write(connection, writes, { locationId, outcomes });
    }
    return updates.map(({ id }) => outcomes.get(id) ?? changedMeanwhile(id));
  },
};

/** Shopify writes all of a batch or nothing, so what is not refused by itself is written in the next round. */
async function write(
  connection: Connection,
  writes: readonly Write[],
  { locationId, outcomes }: { locationId: string; outcomes: Map<string, Outcome> },
): Promise<void> {
  const quantities = writes.map(({ level, quantity }) => ({
    inventoryItemId: level.inventoryItemId,
    locationId,
    quantity,
    changeFromQuantity: level.quantity,
  }));
  const input = { name: "available", reason: "correction", quantities };
  // The same change of the same state is one change, however often it is sent and by whomever.
  const key = hash(
    "sha256",
    JSON.stringify([connection.accountId, quantities, writes.map(({ level }) => level.updatedAt)]),
  );
  const request = mutationRequest(SET_QUANTITIES, { input, key }, { repeatable: true });
  const { inventoryAdjustmentGroup: group, userErrors } = (await connection.call(request, SetQuantitiesSchema)).data
    .inventorySetQuantities;
  for (const [index, { update }] of writes.entries()) {
    const { id } = update;
    const error =
      userErrors.find((one) => placeOf(one) === index) ?? userErrors.find((one) => placeOf(one) === undefined);
    if (!error && (group || userErrors.length === 0)) outcomes.set(id, { id, ok: true });
    // Whoever knows what it showed knows by now what has come of that.
    else if (error && isStale(error) && update.shown !== undefined) outcomes.set(id, changedMeanwhile(id));
    else if (error && !isStale(error)) outcomes.set(id, refusalOf(id, error));
  }
}

const isStale = ({ code }: UserError) =>
  code === "CHANGE_FROM_QUANTITY_STALE" || code === "IDEMPOTENCY_CONCURRENT_REQUEST";

/** `["input", "quantities", "3", "changeFromQuantity"]`. */
function placeOf({ field }: UserError): number | undefined {
  const place = field?.find((part) => /^\d+$/.test(part));
  return place === undefined ? undefined : Number(place);
}

const notThere = (id: string) => refused(id, "NOT_PUBLISHED", "Shopify has no variant with this SKU");

const changedMeanwhile = (id: string): Outcome => ({
  id,
  ok: false,
  transient: true,
  code: "CHANGED_MEANWHILE",
  message: "What Shopify shows changed while it was told",
  retryAfterSeconds: 1,
});
