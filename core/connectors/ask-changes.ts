import { OutboundError } from "../platform/http/errors.ts";
import { type AskedBatch, EMPTY_SHELF, noAsk, OFF, ON, operationOf, type Shelf, shownFor, unsold } from "./asks.ts";
import type { Outcome, QuantityUpdate } from "./capabilities.ts";

/** What one ask is to be: `ON`, `OFF`, or the market's own text of a price. */
export interface AskChange {
  ask: string;
  wanted: string;
  /** To be switched off, and on by what the market says: until it is, it sells. */
  isSelling?: boolean;
}

/** What is to become of a market's asks so that they show a quantity. */
export function showing(
  shelf: Shelf = EMPTY_SHELF,
  update: QuantityUpdate,
  { provider, now }: { provider: string; now: number },
): AskChange[] | Outcome {
  const { id } = update;
  const quantity = unsold(shelf, update, now);
  if (shelf.open.length === 0) return quantity > 0 ? noAsk(id, provider) : { id, ok: true };
  const { on, off } = shownFor(shelf.open, quantity);
  return [
    ...off.map(({ id: ask, isShown }) => ({ ask, wanted: OFF, isSelling: isShown })),
    ...on.map(({ id: ask }) => ({ ask, wanted: ON })),
  ];
}

/** What is to become of them so that all cost the same. */
export const costing = ({ open }: Shelf = EMPTY_SHELF, id: string, provider: string, wanted: string) =>
  open.length === 0 ? noAsk(id, provider) : open.map(({ id: ask }): AskChange => ({ ask, wanted }));

/** What sells and must not any more goes before all else: what comes late waits for the limits. */
export const offFirst = (changes: readonly AskChange[]): AskChange[] =>
  changes.toSorted((a, b) => rankOf(a) - rankOf(b));

const rankOf = ({ wanted, isSelling }: AskChange) => (wanted === OFF ? (isSelling ? 0 : 1) : 2);

/**
 * Sends the changes of all updates together: `lots` makes calls of them, `send` one call, and gives its batch's id. Where
 * a later call cannot be made for now, what has left stands, and only what has not left wholly is to be told again: told
 * all again each time, more than a window of the limits takes would never get to its end. Throws where nothing has left.
 */
export async function changeAsks<U extends { id: string }, L extends { changes: readonly AskChange[] }>(
  updates: readonly U[],
  plan: (update: U) => AskChange[] | Outcome,
  { lots, send }: { lots: (changes: readonly AskChange[]) => readonly L[]; send: (lot: L) => Promise<string> },
): Promise<Outcome[]> {
  const settled: Outcome[] = [];
  const pending = new Map<string, AskedBatch[]>();
  const whose = new Map<AskChange, string>();
  for (const update of updates) {
    const planned = plan(update);
    if (!Array.isArray(planned)) settled.push(planned);
    else {
      pending.set(update.id, []);
      for (const change of planned) whose.set(change, update.id);
    }
  }
  let failure: OutboundError | undefined;
  const unsent = new Set<string>();
  for (const [index, lot] of lots([...whose.keys()]).entries()) {
    const ofUpdates = Map.groupBy(lot.changes, (change) => whose.get(change) ?? "");
    let batch: string | undefined;
    try {
      batch = failure ? undefined : await send(lot);
    } catch (error) {
      if (index === 0 || !(error instanceof OutboundError) || !error.retryable) throw error;
      failure = error;
    }
    for (const [id, mine] of ofUpdates) {
      if (batch === undefined) unsent.add(id);
      else {
        const asks = Object.fromEntries(mine.map(({ ask, wanted }) => [ask, wanted]));
        pending.get(id)?.push({ batch, asks });
      }
    }
  }
  for (const [id, batches] of pending) {
    if (failure && unsent.has(id)) settled.push(later(id, failure));
    else settled.push({ id, ok: "pending", operation: operationOf(batches) });
  }
  return settled;
}

const later = (id: string, { code, message, retryAfterSeconds }: OutboundError): Outcome => ({
  id,
  ok: false,
  transient: true,
  code,
  message,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

export function inLots<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, lot) => all.slice(lot * size, (lot + 1) * size));
}
