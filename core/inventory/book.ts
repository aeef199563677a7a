import { defined } from "../platform/defined.ts";
import { AppError, ValidationError } from "../platform/errors.ts";
import type { Money } from "../platform/money.ts";
import type { EntryFacts } from "./ledger.store.ts";
import type { LedgerType } from "./ledger.ts";
import { isExpired, leavesBefore, type Lot, type LotPosition, type LotTake, pickLots, take } from "./lot.ts";
import { addDeltas, changed, emptyStock, type StockDelta, type StockItem, type StockPlace } from "./stock.ts";

export interface Receipt extends StockPlace {
  quantity: number;
  /** Of all the units together; absent when nobody knows it. */
  cost?: Money | undefined;
  lotNumber?: string | undefined;
  expirationDate?: string | undefined;
  /** More of a lot that is known already: what a transfer or a return brings. */
  lotId?: string | undefined;
  type: LedgerType;
  notes?: string | undefined;
}

export interface Issue extends StockPlace {
  quantity: number;
  /** Units that were reserved for whoever takes them now, or free ones. */
  from: "reserved" | "free";
  /** Goods that leave for a customer may not have expired; goods that are written off may. */
  maySell: "any" | "unexpired";
  lotNumber?: string | undefined;
  lotId?: string | undefined;
  type: LedgerType;
  notes?: string | undefined;
}

export interface Issued {
  lots: LotTake[];
  /** Undefined when no taken unit has a known cost. */
  cost?: Money;
}

/** One stock item in a book: how it was read, how it is now, and what was added meanwhile. */
export interface Account {
  readonly read: StockItem;
  now: StockItem;
  delta: StockDelta;
  /** Free units asked for and not given back so far, and the most at any time: so many must still be free at the commit. */
  freeAsked: number;
  freeTaken: number;
  /** In the order in which they leave. */
  positions: LotPosition[];
  touched: Map<string, LotPosition>;
  /** The lots whose entry for the expiry sweep is not there yet. */
  arrived: Set<string>;
  currency?: string;
}

export const placeName = ({ productId, locationId }: StockPlace) => `${productId}#${locationId}`;

/**
 * Stock items and lots as they were read, and every movement that is made with them: the one path by which units come,
 * go, are kept back or expire. It only computes; `changeStock` reads before and writes after it.
 */
export class StockBook {
  readonly accounts = new Map<string, Account>();
  readonly entries: EntryFacts[] = [];
  readonly lots: Omit<Lot, "cause">[] = [];
  readonly #newLotId: () => string;
  /** RFC 3339 UTC. */
  readonly #at: string;

  constructor({ newLotId, at }: { newLotId: () => string; at: string }) {
    this.#newLotId = newLotId;
    this.#at = at;
  }

  get today(): string {
    return this.#at.slice(0, 10);
  }

  add(read: StockItem, positions: LotPosition[]): void {
    this.accounts.set(placeName(read), {
      read,
      now: read,
      delta: {},
      freeAsked: 0,
      freeTaken: 0,
      positions: positions.toSorted(leavesBefore),
      touched: new Map(),
      arrived: new Set(),
    });
  }

  account(place: StockPlace): Account {
    const account = this.accounts.get(placeName(place));
    if (!account) throw new Error(`The stock item ${placeName(place)} was not read before it is changed`);
    return account;
  }

  stock(place: StockPlace): StockItem {
    return this.accounts.get(placeName(place))?.now ?? emptyStock(place);
  }

  /** Units come: as a new lot, or as more of a lot that is known. Returns the lot's id. */
  receive({ quantity, cost, lotNumber, expirationDate, lotId, type, notes, ...place }: Receipt): string {
    const account = this.account(place);
    if (cost) this.#holdCurrency(account, cost.currency);
    const id = lotId ?? this.#newLotId();
    const before = account.positions.find((position) => position.lotId === id);
    // More of a lot is costed as the lot is, so that a position never holds units of both kinds.
    const isCosted = before ? before.costMinor !== undefined : cost !== undefined;
    const costed = isCosted ? { costMinor: cost?.minor ?? 0, currency: before?.currency ?? cost?.currency } : {};
    const named = defined({ lotNumber, expirationDate, ...costed });
    if (lotId === undefined)
      this.lots.push({ id, productId: place.productId, ...named, received: quantity, receivedAt: this.#at });
    // What has expired on arrival is never for sale, not even until the next sweep.
    const isBlocked = before ? before.blocked === true : isExpired(named, this.today);
    this.#setPosition(
      account,
      before
        ? {
            ...before,
            remaining: before.remaining + quantity,
            ...(isCosted ? { costMinor: (before.costMinor ?? 0) + (cost?.minor ?? 0) } : {}),
          }
        : {
            ...place,
            lotId: id,
            ...named,
            remaining: quantity,
            receivedAt: this.#at,
            ...(isBlocked ? { blocked: true as const } : {}),
          },
    );
    if (!before && expirationDate !== undefined && !isBlocked) account.arrived.add(id);
    const blocked = isBlocked ? quantity : 0;
    this.#change(account, {
      onHand: quantity,
      blocked,
      ...(isCosted ? { valueMinor: cost?.minor ?? 0 } : { uncosted: quantity }),
    });
    this.#askFree(account, blocked - quantity);
    this.#enter(account, { type, notes, onHandChange: quantity, blockedChange: blocked }, { ...named, lotId: id }, 1);
    return id;
  }

  /** Units go, from the lots that leave first. Throws INSUFFICIENT_STOCK and changes nothing then. */
  issue({ quantity, from, maySell, lotNumber, lotId, type, notes, ...place }: Issue): Issued {
    const account = this.account(place);
    const accepts = (position: LotPosition) =>
      (lotNumber === undefined || position.lotNumber === lotNumber) &&
      (lotId === undefined || position.lotId === lotId) &&
      (maySell === "any" || (!position.blocked && !isExpired(position, this.today)));
    const { picks, missing } = pickLots(account.positions, quantity, accepts);
    const unblocked = picks.reduce((sum, pick) => sum + (pick.position.blocked ? 0 : pick.quantity), 0);
    const freeTaken = from === "free" ? unblocked : 0;
    // Expired units may be written off also while others are promised that are not there any more (free under zero).
    const isTooMuch = freeTaken > Math.max(0, account.now.free);
    // What was held by hand is nobody's order: only by hand is it given back.
    const promised = account.now.reserved - account.now.heldByHand;
    if (missing > 0 || isTooMuch || (from === "reserved" && quantity > promised))
      throw insufficientStock(account.now, { quantity, missing, lotNumber, maySell });
    // Promised units that had expired leave twice over: one less is promised and one less is blocked.
    this.#askFree(account, from === "free" ? freeTaken : unblocked - quantity);
    const lots: LotTake[] = [];
    for (const pick of picks) {
      const { left, taken } = take(pick.position, pick.quantity);
      this.#setPosition(account, left);
      const reserved = from === "reserved" ? -pick.quantity : 0;
      const blocked = pick.position.blocked ? -pick.quantity : 0;
      this.#change(account, {
        onHand: -pick.quantity,
        reserved,
        blocked,
        ...(taken.costMinor === undefined ? { uncosted: -pick.quantity } : { valueMinor: -taken.costMinor }),
      });
      const change = { onHandChange: -pick.quantity, reservedChange: reserved, blockedChange: blocked };
      this.#enter(account, { type, notes, ...change }, taken, -1);
      lots.push(taken);
    }
    return { lots, ...totalCost(lots) };
  }

  /** Reserves (a positive change) or gives back, by hand. Throws INSUFFICIENT_STOCK. */
  holdByHand({
    quantity,
    type,
    notes,
    ...place
  }: StockPlace & { quantity: number; type: LedgerType; notes?: string | undefined }): void {
    const account = this.account(place);
    if (quantity > account.now.available) throw insufficientStock(account.now, { quantity });
    if (-quantity > account.now.heldByHand)
      throw new AppError(
        "STATE_CONFLICT",
        `Only ${account.now.heldByHand} units were reserved by adjustments; orders and reservations release their own`,
        { details: { reservedByAdjustments: account.now.heldByHand, requested: -quantity } },
      );
    this.#askFree(account, quantity, quantity > 0 ? account.now.buffer : 0);
    this.#change(account, { reserved: quantity, heldByHand: quantity });
    this.#enter(account, { type, notes, reservedChange: quantity });
  }

  /** Sets how many units are kept back. */
  setBuffer(place: StockPlace, buffer: number): void {
    const account = this.account(place);
    const change = buffer - account.now.buffer;
    if (change === 0) return;
    this.#change(account, { buffer: change });
    this.#enter(account, { type: "buffer", notes: undefined, bufferChange: change });
  }

  /**
   * Takes what is left of an expired lot off sale; false when it is off sale already or gone. Units that were reserved
   * before are not asked for again: they become a shortfall that the operator sees.
   */
  block(place: StockPlace, lotId: string): boolean {
    const account = this.account(place);
    const position = account.positions.find((one) => one.lotId === lotId);
    if (!position || position.blocked || position.remaining === 0) return false;
    this.#setPosition(account, { ...position, blocked: true });
    // Whether units are short must be known: where none are as it was read, the commit asks that none are.
    if (account.now.free >= position.remaining) this.#askFree(account, position.remaining);
    this.#change(account, { blocked: position.remaining });
    this.#enter(account, { type: "expired", notes: undefined, blockedChange: position.remaining }, position);
    return true;
  }

  #setPosition(account: Account, position: LotPosition): void {
    const others = account.positions.filter(({ lotId }) => lotId !== position.lotId);
    account.positions = [...others, position].toSorted(leavesBefore);
    account.touched.set(position.lotId, position);
  }

  #change(account: Account, delta: StockDelta): void {
    account.delta = addDeltas(account.delta, delta);
    account.now = changed(account.now, delta);
  }

  /** `spared` must be free besides, and is not taken. */
  #askFree(account: Account, quantity: number, spared = 0): void {
    account.freeAsked += quantity;
    account.freeTaken = Math.max(account.freeTaken, account.freeAsked + spared);
  }

  /** `sign` says whether the lot's cost came (1) or left (-1); without it none moved. */
  #enter(
    account: Account,
    { notes, ...facts }: Pick<EntryFacts, "type"> & Omit<Partial<EntryFacts>, "notes"> & { notes: string | undefined },
    lot: Partial<Pick<LotTake, "lotId" | "lotNumber" | "expirationDate" | "costMinor" | "currency">> = {},
    sign: -1 | 0 | 1 = 0,
  ): void {
    const { productId, locationId, onHand } = account.now;
    const { lotId, lotNumber, expirationDate, costMinor, currency } = lot;
    const cost = sign === 0 || costMinor === undefined ? {} : { costChangeMinor: sign * costMinor, currency };
    this.entries.push(
      defined({
        productId,
        locationId,
        ...facts,
        notes,
        onHandAfter: onHand,
        seq: account.read.seq + 1,
        lotId,
        lotNumber,
        expirationDate,
        ...cost,
      }),
    );
  }

  /** A stock item's value is one sum, so its lots are costed in one currency. */
  #holdCurrency(account: Account, currency: string): void {
    const held = account.currency ?? account.read.currency;
    if (held !== undefined && held !== currency) {
      const message = `Costs of this product at this location are kept in ${held}`;
      throw new ValidationError([{ path: "unitCost.currency", code: "OTHER_CURRENCY", message }]);
    }
    account.currency = currency;
  }
}

function totalCost(lots: readonly LotTake[]): { cost?: Money } {
  const currency = lots.find((lot) => lot.currency !== undefined)?.currency;
  if (currency === undefined) return {};
  return { cost: { minor: lots.reduce((sum, lot) => sum + (lot.costMinor ?? 0), 0), currency } };
}

/** Says what stands in the way: too few units, units that are promised, or units that have expired. */
function insufficientStock(
  stock: StockItem,
  {
    quantity,
    missing = 0,
    lotNumber,
    maySell,
  }: { quantity: number; missing?: number; lotNumber?: string | undefined; maySell?: Issue["maySell"] },
): AppError {
  const { productId, locationId, onHand, reserved, blocked, buffer, available } = stock;
  const numbers = { productId, locationId, requested: quantity, onHand, reserved, blocked, buffer };
  const why =
    missing > 0 && lotNumber !== undefined
      ? `lot ${lotNumber} has ${quantity - missing} units`
      : missing > 0 && maySell === "unexpired" && onHand >= quantity
        ? `${quantity - missing} units have not expired`
        : missing > 0
          ? `${onHand} are on hand`
          : `${reserved} of ${onHand} on hand are reserved; release those first`;
  return new AppError("INSUFFICIENT_STOCK", `${quantity} units cannot be taken: ${why}`, {
    details: { ...numbers, available: Math.max(0, available) },
  });
}
