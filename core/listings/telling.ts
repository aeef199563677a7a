import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { type ChannelUpdate, type PendingOperation, publishedOf, type Shown } from "./channel-update.ts";
import { inTurns } from "./in-turns.ts";
import type { Offer } from "./publishable.ts";
import { type Revisions, takeRevision } from "./revisions.ts";
import {
  type ListingTarget,
  type ListingTargets,
  type Part,
  type QuantityResult,
  type QuantityUpdate,
  targetOf,
  type Untold,
  type Urgency,
} from "./targets.ts";
import { isShort, OUT_OF_TIME, type Time } from "./time-left.ts";

export interface ToTell {
  update: ChannelUpdate;
  offer: Offer;
  parts: readonly Part[];
}

/** What a channel was told of one listing: what it shows now, what it works later, and what kept the rest from being told. */
export interface Told {
  update: ChannelUpdate;
  shown: Shown;
  operations: PendingOperation[];
  fault?: Untold;
}

export interface TellOptions {
  targets: ListingTargets;
  time: Time;
  /** Writes down what became of some, before the channel is called again. */
  ended: (some: readonly Told[]) => Promise<void>;
}

/**
 * Tells the channels, side by side: first, on all of them, those whose stock is gone. One call for as many listings as a
 * channel takes, and their prices after their quantities; what became of them is written down before the next call.
 */
export async function tell(ctx: Context, toTell: readonly ToTell[], options: TellOptions): Promise<void> {
  const { targets, time, ended } = options;
  const isUrgent = ({ offer }: ToTell) => offer.quantity === 0;
  for (const urgency of [{ isUrgent: true }, { isUrgent: false }]) {
    const some = toTell.filter((one) => isUrgent(one) === urgency.isUrgent);
    const channels = Map.groupBy(some, ({ update }) => update.platformType);
    await Promise.all(
      [...channels].map(async ([platformType, listings]) => {
        const target = await targetOf(targets, platformType)?.load();
        if (!target) return;
        for (let start = 0; start < listings.length; start += target.maxBatch) {
          const all = listings.slice(start, start + target.maxBatch);
          const isLate = isShort(time);
          const told = new Map(all.map(({ update }) => [update.id, untold(update, isLate)]));
          if (!isLate) await tellChannel(ctx, target, { all, told, urgency });
          await ended([...told.values()]);
        }
      }),
    );
  }
}

function untold(update: ChannelUpdate, isLate: boolean): Told {
  const told = { update, shown: {}, operations: [...(update.operations ?? [])] };
  if (!isLate) return told;
  return {
    ...told,
    fault: { listingId: update.id, ok: "later", ...OUT_OF_TIME, retryAfterSeconds: 0, isUnsent: true },
  };
}

interface Telling {
  all: readonly ToTell[];
  told: Map<string, Told>;
  urgency: Urgency;
}

async function tellChannel(ctx: Context, target: ListingTarget, { all, told, urgency }: Telling): Promise<void> {
  const quantities = (some: readonly ToTell[]) => target.setQuantities(ctx, some.map(quantityUpdateOf), urgency);
  await tellPart(ctx, target, { all, told, part: "quantity", maxBatch: target.maxBatch, call: quantities });
  const { prices } = target;
  if (!prices) return;
  const set = (some: readonly ToTell[]) =>
    prices.set(
      ctx,
      some.flatMap(({ update: { id, platformSku }, offer: { price } }) =>
        price ? [{ listingId: id, platformSku, price }] : [],
      ),
    );
  await tellPart(ctx, target, { all, told, part: "price", maxBatch: prices.maxBatch, call: set });
}

function quantityUpdateOf({ update, offer }: ToTell): QuantityUpdate {
  const {
    id: listingId,
    productId,
    platformSku,
    calculatedAt,
    publishedAsOf: asOf,
    doubt = 1,
    operations = [],
  } = update;
  const quantity = publishedOf(update)?.quantity;
  const isCertain = doubt <= 1 && operations.length === 0 && quantity !== undefined && asOf !== undefined;
  const known = isCertain ? { quantity, asOf } : undefined;
  return defined({ listingId, productId, platformSku, offer, calculatedAt, known });
}

interface TellingPart extends Omit<Telling, "urgency"> {
  part: Part;
  maxBatch: number;
  call: (some: readonly ToTell[]) => Promise<QuantityResult[]>;
}

async function tellPart(
  ctx: Context,
  { revisions }: ListingTarget,
  { all, told, part, maxBatch, call }: TellingPart,
): Promise<void> {
  const open = all.filter(({ update, parts }) => parts.includes(part) && !told.get(update.id)?.fault);
  for (let start = 0; start < open.length; start += maxBatch) {
    const batch = open.slice(start, start + maxBatch);
    const some = revisions ? await withinRevisions(ctx, batch, { revisions, told }) : batch;
    if (some.length === 0) continue;
    const results = new Map((await answers(ctx, some, call)).map((result) => [result.listingId, result]));
    for (const { update, offer } of some) {
      const state = told.get(update.id);
      if (state)
        note(ctx, state, { part, offer, result: results.get(update.id) ?? { ...NO_ANSWER, listingId: update.id } });
    }
  }
}

const AT_ONCE = 10;

/** Those that may be changed once more in this time; of the others it is noted that they may not. */
async function withinRevisions(
  ctx: Context,
  batch: readonly ToTell[],
  { revisions, told }: { revisions: Revisions; told: Map<string, Told> },
): Promise<ToTell[]> {
  const faults = await inTurns(batch, AT_ONCE, (one) => takeRevision(ctx, one.update, { revisions, offer: one.offer }));
  return batch.filter(({ update }, index) => {
    const taken = faults[index];
    const state = told.get(update.id);
    if (taken?.status === "rejected") throw taken.reason;
    if (state && taken?.value) state.fault = taken.value;
    return !taken?.value;
  });
}

function note(
  ctx: Context,
  state: Told,
  { part, offer, result }: { part: Part; offer: Offer; result: QuantityResult },
): void {
  const { quantity, availableFrom, price } = offer;
  const asOf = state.update.calculatedAt;
  const shows: Shown = part === "quantity" ? { quantity, availableFrom, asOf } : price ? { price } : {};
  if (result.ok === true) Object.assign(state.shown, shows);
  else if (result.ok === "pending") {
    const { operation } = result;
    const before = state.operations;
    const isContested = before.some((other) => other.part === part);
    state.operations = [
      ...before.map((other) => (other.part === part ? { ...other, isContested: true as const } : other)),
      { operation, part, shows, since: ctx.now(), ...(isContested ? { isContested: true as const } : {}) },
    ];
  } else state.fault = result;
}

const NO_ANSWER: QuantityResult = {
  listingId: "",
  ok: false,
  transient: true,
  code: "NO_ANSWER",
  message: "The connector said nothing of this listing",
};

async function answers(ctx: Context, some: readonly ToTell[], call: TellingPart["call"]): Promise<QuantityResult[]> {
  try {
    return await call(some);
  } catch (error) {
    ctx.log.warn("A channel could not be told", { listings: some.length, error });
    return some.map(({ update }) => ({ listingId: update.id, ...faultOf(error) }));
  }
}

/** What is no error of ours to name is a fault in the connector: it is tried as often as a channel that is down. */
export function faultOf(error: unknown) {
  const known = error instanceof AppError ? error : undefined;
  return {
    ok: false as const,
    transient: known?.retryable ?? true,
    code: known?.code ?? "CONNECTOR_FAULT",
    message: known?.message ?? "The connector failed",
    ...(known?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
  };
}
