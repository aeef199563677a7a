import { type AskedBatch, EMPTY_SHELF, noAsk, OFF, ON, operationOf, type Shelf, shownFor, unsold } from "./asks.ts";
import type { Outcome, QuantityUpdate } from "./capabilities.ts";

/** What one ask is to be: `ON`, `OFF`, or the market's own text of a price. */
export interface AskChange {
  ask: string;
  wanted: string;
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
  return [...off.map(({ id: ask }) => ({ ask, wanted: OFF })), ...on.map(({ id: ask }) => ({ ask, wanted: ON }))];
}

/** What is to become of them so that all cost the same. */
export const costing = ({ open }: Shelf = EMPTY_SHELF, id: string, provider: string, wanted: string) =>
  open.length === 0 ? noAsk(id, provider) : open.map(({ id: ask }): AskChange => ({ ask, wanted }));

/** Sends the changes of all updates together: `lots` makes calls of them, `send` one call, and gives its batch's id. */
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
  for (const lot of lots([...whose.keys()])) {
    const batch = await send(lot);
    for (const [id, mine] of Map.groupBy(lot.changes, (change) => whose.get(change) ?? "")) {
      const asks = Object.fromEntries(mine.map(({ ask, wanted }) => [ask, wanted]));
      pending.get(id)?.push({ batch, asks });
    }
  }
  for (const [id, batches] of pending) settled.push({ id, ok: "pending", operation: operationOf(batches) });
  return settled;
}

export function inLots<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, lot) => all.slice(lot * size, (lot + 1) * size));
}
