import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, NotFoundError, tooMany, VersionConflictError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Read } from "../platform/reads.ts";
import type { Write } from "../platform/table.ts";
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
  return idempotent<Location>(ctx, "inventory.createLocation", input, async (commit) => {
    if ((await readLocations(ctx)).length >= MOST) throw tooMany(MOST, "locations");
    const location = defined({ ...newResource(ctx, "location"), ...data }) as Location;
    try {
      return await commit([locations.createWrite(ctx, location), await directoryWrite(ctx, location)], location);
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(1)) throw error;
      throw new AppError("STATE_CONFLICT", "Another location was made at the same moment: repeat the request", {
        retryable: true,
      });
    }
  });
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
    await ctx.table.transact([write, await directoryWrite(ctx, revised)]);
  } catch (error) {
    if (error instanceof TransactionCanceled && (error.failedAt(0) || error.failedAt(1)))
      throw new VersionConflictError("Location", id, current.version);
    throw error;
  }
  return revised;
}

/** Throws NOT_FOUND, also for another organisation's. */
export async function requireLocation(ctx: Context, id: string): Promise<Location> {
  const found = await locations.find(ctx, id);
  if (found) return found;
  if (id === MAIN_LOCATION) return mainLocation();
  throw new NotFoundError("Location", id);
}

/** Throws NOT_FOUND for the first that does not exist; the main one always does. */
export async function requireLocations(ctx: Context, ids: Iterable<string>): Promise<void> {
  const others = new Set(ids);
  others.delete(MAIN_LOCATION);
  await Promise.all([...others].map((id) => requireLocation(ctx, id)));
}

/** The locations that orders reserve at, in the order in which they are tried, to be read along with other things. */
export function sellingLocationsRead(ctx: Context): Read<string[]> {
  return {
    keys: [directoryKey(ctx)],
    from: ([directory]) => (directory ? (directory["ids"] as string[]) : [MAIN_LOCATION]),
  };
}

/**
 * DIRECTORY_UNCHANGED: two locations made at once would each write the list without the other. The list's own number
 * lets one of them in; the other reads again.
 */
async function directoryWrite(ctx: Context, change: Location): Promise<Write> {
  const directory = await ctx.table.get(directoryKey(ctx), { consistent: true });
  const others = (await readLocations(ctx)).filter(({ id }) => id !== change.id);
  const ids = sorted([...others, change]).flatMap(({ id, sellsOrders }) => (sellsOrders ? [id] : []));
  const edition = Number(directory?.["edition"] ?? 0);
  return {
    put: { ...directoryKey(ctx), entity: "location-directory", ids, edition: edition + 1 },
    condition:
      edition === 0
        ? { expression: "attribute_not_exists(pk)" }
        : { expression: "edition = :edition", values: { ":edition": edition } },
  };
}

const directoryKey = (ctx: Context): Key => ({
  pk: orgPartition(ctx.actor.organizationId, "LOCATION_DIRECTORY"),
  sk: "SELLING",
});

async function readLocations(ctx: Context): Promise<Location[]> {
  const { items } = await locations.list(ctx, { limit: MOST });
  return sorted(items.some(({ id }) => id === MAIN_LOCATION) ? items : [mainLocation(), ...items]);
}

const sorted = (all: Location[]) => all.toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
