import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { type DueItem, dueRemoval, dueWrite } from "../platform/due.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, resourceStore, revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type Hold, mergeHolds, releaseWrites, reserveWrites } from "./holds.ts";
import { MAIN_LOCATION } from "./location.ts";
import {
  CreateReservationSchema,
  endOf,
  ExtendReservationSchema,
  isPast,
  type Reservation,
  ReleaseReservationSchema,
  reservationOf,
} from "./reservation.ts";
import { demandsOf, MOST_HOLDS, refusalOf, tooManyHolds } from "./reservation-lines.ts";

const reservations = resourceStore<Reservation>("RESERVATION", "Reservation");

/** The name under which reservations stand among what is due. */
export const RESERVATION_DUE = "reservation";

const MAX_ATTEMPTS = 5;

/**
 * Holds units for a while: every line or none, in two calls. Throws INSUFFICIENT_STOCK with each line that is short,
 * NOT_FOUND for a product or location that does not exist, STATE_CONFLICT for more stock items than fit in one step.
 */
export async function createReservation(ctx: Context, input: unknown): Promise<Reservation> {
  requirePermission(ctx, "inventory.adjust");
  const { lines: given, reference, notes, ...time } = parse(CreateReservationSchema, input);
  const lines = given.map(({ locationId = MAIN_LOCATION, ...line }): Hold => ({ ...line, locationId }));
  return idempotent<Reservation>(ctx, "inventory.reserve", input, async (commit) => {
    const heldUntil = endOf(ctx, time);
    const demands = await demandsOf(ctx, lines);
    const holds = mergeHolds(demands);
    if (holds.length > MOST_HOLDS) throw tooManyHolds();
    const made = newResource(ctx, "reservation");
    const reservation = reservationOf(made, { lines, holds, heldUntil, reference, notes, createdBy: ctx.actor.id });
    const writes = [
      ...reserveWrites(ctx, holds, { cause: causeOf(made.id), mayTakeBuffer: false }),
      reservations.createWrite(ctx, reservation),
      dueWrite(ctx, dueOf(reservation)),
      outboxWrite(ctx, "reservation.created", { reservationId: made.id }),
    ];
    try {
      return await commit(writes, reservation);
    } catch (error) {
      throw error instanceof TransactionCanceled ? await refusalOf(ctx, error, demands, holds) : error;
    }
  });
}

export async function getReservation(ctx: Context, id: string): Promise<Reservation> {
  requirePermission(ctx, "inventory.read");
  return reservations.get(ctx, id);
}

/** Newest first. */
export async function listReservations(ctx: Context, page: unknown): Promise<Page<Reservation>> {
  requirePermission(ctx, "inventory.read");
  return reservations.list(ctx, parse(PageSchema, page));
}

interface Change {
  id: string;
  expectedVersion?: number | undefined;
  input?: unknown;
}

/** Gives the units back. Throws NOT_FOUND, VERSION_CONFLICT, STATE_CONFLICT when it is not open any more. */
export async function releaseReservation(ctx: Context, { id, expectedVersion, input }: Change): Promise<Reservation> {
  requirePermission(ctx, "inventory.adjust");
  parse(ReleaseReservationSchema, input);
  return idempotent<Reservation>(ctx, "inventory.release", { id }, (commit) =>
    change(ctx, id, commit, (current) => {
      requireOpen(current);
      return ending(ctx, current, "released", expectedVersion);
    }),
  );
}

/** Moves the end of an open reservation. Throws as releasing does, also when its time has come already. */
export async function extendReservation(ctx: Context, { id, expectedVersion, input }: Change): Promise<Reservation> {
  requirePermission(ctx, "inventory.adjust");
  const time = parse(ExtendReservationSchema, input);
  return idempotent<Reservation>(ctx, "inventory.extend", { id, input }, (commit) =>
    change(ctx, id, commit, (current) => {
      requireOpen(current, ctx.now());
      const next = revise(ctx, "Reservation", current, { heldUntil: endOf(ctx, time) }, expectedVersion);
      const isSame = next.heldUntil === current.heldUntil;
      return { next, writes: isSame ? [] : [dueRemoval(ctx, dueOf(current)), dueWrite(ctx, dueOf(next))] };
    }),
  );
}

/** Ends a reservation whose time has come; for the sweep. False when somebody else was there before, or moved its end. */
export async function expireReservation(ctx: Context, due: DueItem): Promise<boolean> {
  const current = await reservations.find(ctx, due.id);
  const isDue = current?.status === "open" && current.heldUntil === due.dueAt && isPast(current, ctx.now());
  if (!isDue) return false;
  const { next, writes } = ending(ctx, current, "expired");
  try {
    await ctx.table.transact([reservations.replaceWrite(ctx, next), ...writes]);
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return false;
    throw error;
  }
}

/**
 * What an order writes to make a reservation's units its own: they stay reserved, and from then on the order releases
 * or ships them. The first write is refused when the reservation ends meanwhile. Throws NOT_FOUND, STATE_CONFLICT.
 */
export async function consumeReservation(
  ctx: Context,
  id: string,
  consumedBy: { kind: string; id: string },
): Promise<{ holds: Hold[]; writes: Write[] }> {
  const current = await reservations.get(ctx, id);
  requireOpen(current, ctx.now());
  const next = revise(ctx, "Reservation", current, { status: "consumed", endedAt: timestamp(ctx), consumedBy });
  return {
    holds: current.holds,
    writes: [reservations.replaceWrite(ctx, next), dueRemoval(ctx, dueOf(current))],
  };
}

/**
 * RESERVATION_UNCHANGED: a release, an extension and the sweep at once. All read version n; the first makes it n + 1 and
 * moves the units in the same transaction, so units are given back once. The others read again and see what it has become.
 */
async function change(
  ctx: Context,
  id: string,
  commit: Commit<Reservation>,
  decide: (current: Reservation) => { next: Reservation; writes: Write[] },
): Promise<Reservation> {
  for (let attempt = 1; ; attempt++) {
    const { next, writes } = decide(await reservations.get(ctx, id));
    try {
      return await commit([reservations.replaceWrite(ctx, next), ...writes], next);
    } catch (error) {
      const isLost = error instanceof TransactionCanceled && error.failedAt(0);
      if (!isLost || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function ending(ctx: Context, current: Reservation, status: "released" | "expired", expectedVersion?: number) {
  const next = revise(ctx, "Reservation", current, { status, endedAt: timestamp(ctx) }, expectedVersion);
  const writes = [
    dueRemoval(ctx, dueOf(current)),
    ...releaseWrites(ctx, current.holds, causeOf(current.id)),
    outboxWrite(ctx, `reservation.${status}`, { reservationId: current.id }),
  ];
  return { next, writes };
}

/** With the time: what is past has ended, though the sweep has not come to it yet. */
function requireOpen(reservation: Reservation, now?: number): void {
  const { id, status, heldUntil } = reservation;
  if (status === "open" && (now === undefined || !isPast(reservation, now))) return;
  const isOver = status === "open" ? `ended at ${heldUntil}` : `is ${status}`;
  throw new AppError("STATE_CONFLICT", `The reservation ${isOver}`, { details: { id, status, expiresAt: heldUntil } });
}

const causeOf = (id: string) => ({ kind: "reservation", id }) as const;
const dueOf = ({ id, heldUntil }: Reservation) => ({ kind: RESERVATION_DUE, id, dueAt: heldUntil });
