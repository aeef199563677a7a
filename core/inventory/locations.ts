import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { NotFoundError, tooMany, VersionConflictError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, resourceStore, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { CreateLocationSchema, type Location, MAIN_LOCATION, mainLocation, UpdateLocationSchema } from "./location.ts";

const locations = resourceStore<Location>("LOCATION", "Location");

/** All are read wherever an order chooses among them. */
const MOST = 100;

/** Adds a place where stock can be. Throws STATE_CONFLICT when there are 100. */
export async function createLocation(ctx: Context, input: unknown): Promise<Location> {
  requirePermission(ctx, "inventory.adjust");
  const data = parse(CreateLocationSchema, input);
  const created = await idempotent<Location>(ctx, "inventory.createLocation", input, async (commit) => {
    if ((await readLocations(ctx)).length >= MOST) throw tooMany(MOST, "locations");
    const location = defined({ ...newResource(ctx, "location"), ...data }) as Location;
    return commit([locations.createWrite(ctx, location)], location);
  });
  await ctx.cache.invalidate(cacheNamespace(ctx));
  return created;
}

/** Every location, the one that orders try first at the front. */
export async function listLocations(ctx: Context): Promise<{ items: Location[] }> {
  requirePermission(ctx, "inventory.read");
  return { items: await readLocations(ctx) };
}

export async function getLocation(ctx: Context, id: string): Promise<Location> {
  requirePermission(ctx, "inventory.read");
  return requireLocation(ctx, id);
}

/** Throws NOT_FOUND, VERSION_CONFLICT. */
export async function updateLocation(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<Location> {
  requirePermission(ctx, "inventory.adjust");
  const data = parse(UpdateLocationSchema, changes);
  const current = await requireLocation(ctx, id);
  const revised = revise(ctx, "Location", current, defined(data), expectedVersion);
  const isFirstOfMain = current.version === 0;
  const write = isFirstOfMain ? locations.createWrite(ctx, revised) : locations.replaceWrite(ctx, revised);
  try {
    await ctx.table.transact([write]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0))
      throw new VersionConflictError("Location", id, current.version);
    throw error;
  }
  await ctx.cache.invalidate(cacheNamespace(ctx));
  return revised;
}

/** Throws NOT_FOUND, also for another organisation's. */
export async function requireLocation(ctx: Context, id: string): Promise<Location> {
  const found = await locations.find(ctx, id);
  if (found) return found;
  if (id === MAIN_LOCATION) return mainLocation();
  throw new NotFoundError("Location", id);
}

/** The locations that orders reserve at, in the order in which they are tried; may be some seconds old. */
export async function sellingLocations(ctx: Context): Promise<string[]> {
  return ctx.cache.getOrSet(cacheNamespace(ctx), "selling", async () =>
    (await readLocations(ctx)).filter(({ sellsOrders }) => sellsOrders).map(({ id }) => id),
  );
}

async function readLocations(ctx: Context): Promise<Location[]> {
  const { items } = await locations.list(ctx, { limit: MOST });
  const all = items.some(({ id }) => id === MAIN_LOCATION) ? items : [mainLocation(), ...items];
  return all.toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
}

const cacheNamespace = (ctx: Context) => `locations:${ctx.actor.organizationId}`;
