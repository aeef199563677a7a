import {
  BudgetSpentError,
  type Connection,
  type Connector,
  CONNECTORS,
  type Manifest,
  type Outcome,
  type Urgency,
} from "../connectors/index.ts";
import * as Listings from "../listings/index.ts";
import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { CircuitOpenError, OutboundError, RateLimitError } from "../platform/http/errors.ts";
import { accountFault, type Doors, DOORS, noAccount } from "./doors.ts";
import { shownBy } from "./shown.ts";

type Result = Listings.QuantityResult;

/** Where listings are told: our own shop, and every channel with a connector, by the organisation's account there. */
export function listingTargets(doors: Doors = DOORS): Listings.ListingTargets {
  const channels = CONNECTORS.filter(({ capabilities }) => capabilities.includes("listings"));
  return {
    ...Listings.TARGETS,
    ...Object.fromEntries(channels.map((manifest) => [manifest.name, entry(manifest, doors)])),
  };
}

export function entry(manifest: Manifest, doors: Doors): Listings.ListingTargetEntry {
  const { name, takesPresale = false, capabilities } = manifest;
  return {
    takesPresale,
    takesPrices: capabilities.includes("prices"),
    countsOwnSales: true,
    isReady: async (ctx) => (await doors.accountFor(ctx, name)) !== undefined,
    load: async () => target(manifest, await manifest.load(), doors),
  };
}

function target(manifest: Manifest, connector: Connector, doors: Doors): Listings.ListingTarget {
  const { listings, prices } = connector;
  if (!listings) throw new Error(`The connector ${manifest.name} names listings and has none`);
  const { maxBatch, revisions } = listings;
  const call = calling(manifest, doors);
  const told = (ctx: Context, ids: string[], urgency: Urgency, run: Run) => call(ctx, { ids, urgency }, run);
  const asks = listings.operations ?? prices?.operations;
  return {
    takesPresale: manifest.takesPresale ?? false,
    maxBatch,
    ...(revisions ? { revisions } : {}),
    setQuantities: (ctx, updates, { isUrgent }) =>
      told(ctx, updates.map(idOf), isUrgent ? "urgent" : "bulk", async (connection) => {
        const shown = await shownBy(ctx, manifest.name, updates);
        return listings.setQuantities(
          connection,
          updates.map(({ listingId: id, platformSku, offer: { quantity, availableFrom } }) =>
            defined({ id, platformSku, quantity, availableFrom, shown: shown.get(id) }),
          ),
        );
      }),
    ...(prices
      ? {
          prices: {
            maxBatch: prices.maxBatch,
            set: (ctx, updates) =>
              told(ctx, updates.map(idOf), "bulk", (connection) =>
                prices.setPrices(
                  connection,
                  updates.map(({ listingId: id, platformSku, price }) => ({ id, platformSku, price })),
                ),
              ),
          },
        }
      : {}),
    ...(asks
      ? {
          operations: (ctx, asked, { isUrgent }) =>
            call(ctx, { ids: asked.map(idOf), urgency: isUrgent ? "urgent" : "bulk", isAsking: true }, (connection) =>
              states(connector, connection, asked),
            ),
        }
      : {}),
  };
}

const idOf = ({ listingId }: { listingId: string }) => listingId;

type Run = (connection: Connection) => Promise<Outcome[]>;

/** In the order in which they were asked for: a listing may have several under way. */
async function states(
  { listings, prices }: Connector,
  connection: Connection,
  asked: readonly Listings.AskedOperation[],
): Promise<Outcome[]> {
  const found: Outcome[] = asked.map(({ listingId: id, operation }) => ({ id, ok: "pending", operation }));
  for (const part of ["quantity", "price"] as const) {
    const operations = (part === "quantity" ? listings : prices)?.operations;
    const places = asked.flatMap((one, place) => (one.part === part ? [{ place, ...one }] : []));
    if (!operations || places.length === 0) continue;
    const outcomes = await operations.state(
      connection,
      places.map(({ place, operation }) => ({ id: String(place), operation })),
    );
    for (const outcome of outcomes) {
      const id = asked[Number(outcome.id)]?.listingId;
      if (id !== undefined) found[Number(outcome.id)] = { ...outcome, id };
    }
  }
  return found;
}

interface Call {
  ids: string[];
  urgency: Urgency;
  isAsking?: boolean;
}

function calling({ name, title }: Manifest, doors: Doors) {
  return async (ctx: Context, { ids, urgency, isAsking = false }: Call, run: Run): Promise<Result[]> => {
    const account = await doors.accountFor(ctx, name);
    if (!account) return ids.map((listingId) => ({ listingId, ok: "waiting", ...noAccount(title), isUnsent: true }));
    let connection: Connection | undefined;
    try {
      ({ connection } = await doors.openAccount(ctx, account.id, { urgency }));
      return (await run(connection)).map(resultOf);
    } catch (error) {
      // An earlier attempt of the call, or an earlier call of several, may have got through.
      const isUnsent = connection === undefined || connection.mayHaveChanged?.() === false;
      const fault = accountFault(error);
      if (fault) return ids.map((listingId) => ({ listingId, ok: "waiting", ...fault, isUnsent }));
      // That nobody could be asked says nothing of what is asked for.
      const untold = isAsking && !(error instanceof BudgetSpentError) ? undefined : untoldBy(error, isUnsent);
      if (!untold) throw error;
      ctx.log.warn("A channel could not be told for now", { channel: name, listings: ids.length, isUnsent, error });
      return ids.map((listingId) => ({ listingId, ...untold }));
    }
  };
}

/** Where a provider says how long to stay away, it says more. */
const SPENT_SECONDS = 60;
const REFUSED_SECONDS = 5;

type Without<T> = T extends unknown ? Omit<T, "listingId"> : never;

/** What kept all of a call from being told; undefined where nobody knows whether it was. */
function untoldBy(error: unknown, isUnsent: boolean): Without<Listings.Untold> | undefined {
  if (error instanceof BudgetSpentError) {
    const { message, retryAfterSeconds = SPENT_SECONDS } = error;
    return { ok: "later", code: "BUDGET_SPENT", message, retryAfterSeconds, isUnsent };
  }
  if (!isUnsent || !(error instanceof OutboundError)) return undefined;
  const { code, message, retryable: transient, retryAfterSeconds } = error;
  if (error instanceof RateLimitError || error instanceof CircuitOpenError)
    return { ok: "later", code, message, retryAfterSeconds: retryAfterSeconds ?? REFUSED_SECONDS, isUnsent };
  return defined({ ok: false as const, transient, code, message, retryAfterSeconds, isUnsent });
}

function resultOf({ id: listingId, ...outcome }: Outcome): Result {
  return { listingId, ...outcome };
}
