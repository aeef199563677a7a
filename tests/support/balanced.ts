import { expect } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import type { Context } from "../../core/platform/context.ts";
import type { Page } from "../../core/platform/resources.ts";

async function all<T>(read: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? {} : { cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

export const allLots = (ctx: Context, productId: string) =>
  all((cursor) => Inventory.listLots(ctx, { productId, page: { limit: 100, ...cursor } }));

export const allEntries = (ctx: Context, productId: string) =>
  all((cursor) => Inventory.listLedger(ctx, { productId, page: { limit: 100, ...cursor } }));

const total = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((sum, item) => sum + of(item), 0);

/** That a product's stock is what its lots and its ledger say, at every location, and that nothing is promised twice. */
export async function expectBalanced(ctx: Context, productId: string): Promise<void> {
  const [stock, lots, entries] = await Promise.all([
    Inventory.stockOfProduct(ctx, productId),
    allLots(ctx, productId),
    allEntries(ctx, productId),
  ]);
  for (const item of stock) {
    const here = lots.filter(({ locationId }) => locationId === item.locationId);
    const changes = entries.filter(({ locationId }) => locationId === item.locationId);
    const free = item.onHand - item.reserved - item.blocked;
    expect(item, `${productId} at ${item.locationId}`).toMatchObject({
      onHand: total(changes, ({ onHandChange }) => onHandChange),
      reserved: total(changes, ({ reservedChange }) => reservedChange),
      blocked: total(changes, ({ blockedChange }) => blockedChange),
      buffer: total(changes, ({ bufferChange }) => bufferChange),
      valueMinor: total(changes, ({ costChange }) => costChange?.minor ?? 0),
      free,
      available: free - item.buffer,
    });
    expect(item, `${productId} at ${item.locationId}`).toMatchObject({
      onHand: total(here, ({ remaining }) => remaining),
      blocked: total(here, ({ blocked, remaining }) => (blocked ? remaining : 0)),
      valueMinor: total(here, ({ cost }) => cost?.minor ?? 0),
      uncosted: total(here, ({ cost, remaining }) => (cost ? 0 : remaining)),
    });
    expect(item.reserved).toBeGreaterThanOrEqual(0);
  }
}
