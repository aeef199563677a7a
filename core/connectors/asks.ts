import * as z from "zod";
import { OutboundError, PermanentError } from "../platform/http/errors.ts";
import type { Outcome, QuantityUpdate } from "./capabilities.ts";

/** A listing of a market where each is one unit for one price. */
export interface Ask {
  id: string;
  isShown: boolean;
  /** RFC 3339. */
  createdAt: string;
}

/** What a market holds of one thing of the seller's. */
export interface Shelf {
  /** Those that can be switched on and off. */
  open: Ask[];
  /** When others were sold, as far as they are still listed: RFC 3339. */
  sold: string[];
}

export const EMPTY_SHELF: Shelf = { open: [], sold: [] };

/** What is told of orders is read within minutes; a sale that is older is known. */
const HEARD_OF_MS = 24 * 3_600_000;

/**
 * How many of a quantity may be shown, where some of it may be sold already and we have yet to read it. An ask that is
 * neither on nor sold was never on: there were fewer asks than units. One too many counted as sold shows a unit too few
 * for a day at most; one too few would sell it twice.
 */
export function unsold({ open, sold }: Shelf, { quantity, shown }: Told, now: number): number {
  if (shown === undefined) return quantity;
  const missing = shown - open.filter(({ isShown }) => isShown).length;
  const lately = sold.filter((at) => !(Date.parse(at) < now - HEARD_OF_MS)).length;
  return Math.max(0, quantity - Math.max(0, Math.min(missing, lately)));
}

type Told = Pick<QuantityUpdate, "quantity" | "shown">;

/**
 * Which of them are shown for so many units: those that are shown already first, then the oldest, so that little changes.
 * All others are off, whatever they seem to be: what was asked of the market before may not be done yet.
 */
export function shownFor<A extends Ask>(asks: readonly A[], quantity: number): { on: A[]; off: A[] } {
  const inOrder = asks.toSorted(
    (a, b) =>
      Number(b.isShown) - Number(a.isShown) || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id),
  );
  return { on: inOrder.slice(0, quantity), off: inOrder.slice(quantity) };
}

/** What an ask is to be, as an operation says it. */
export const ON = "on";
export const OFF = "off";

/** What was asked of the market for one of our updates, batch by batch: what each ask is to be, by its id. */
export interface AskedBatch {
  batch: string;
  asks: Record<string, string>;
}

const OperationSchema = z.lazy(() =>
  z.array(z.object({ batch: z.string().min(1), asks: z.record(z.string(), z.string()) })),
);

export const operationOf = (batches: readonly AskedBatch[]): string => JSON.stringify(batches);

/** How it went with one ask of a batch. */
export type AskState = { kind: "pending" } | { kind: "done" } | { kind: "failed"; message: string };

export interface AskMeans {
  provider: string;
  /** Of all asks of a batch, by id; or that it has not come so far. */
  statesOf(batch: string): Promise<ReadonlyMap<string, AskState> | "pending">;
  /** Whether an ask is as it was wanted in spite of a failure: what is off already cannot be switched off. */
  isAsWanted(ask: string, wanted: string): Promise<boolean>;
  /** Whether asking anew may help. */
  isWorthRepeating(wanted: string): boolean;
}

const MAX_MESSAGE = 200;

type ReadOf = ReadonlyMap<string, AskState> | "pending" | "unknown";

/** How operations stand, each batch read once. Throws where none could be read. */
export async function statesOfOperations(
  operations: readonly { id: string; operation: string }[],
  means: AskMeans,
): Promise<Outcome[]> {
  const asked = operations.map((one) => ({ ...one, batches: OperationSchema.parse(JSON.parse(one.operation)) }));
  const batches = new Set(asked.flatMap(({ batches: some }) => some.map(({ batch }) => batch)));
  const read = new Map<string, ReadOf>();
  let failure: unknown;
  for (const batch of batches) {
    try {
      read.set(batch, await means.statesOf(batch));
    } catch (error) {
      if (error instanceof PermanentError && error.upstreamStatus === 404) read.set(batch, "unknown");
      else if (error instanceof OutboundError && error.retryable) failure ??= error;
      else throw error;
    }
  }
  if (read.size === 0 && failure !== undefined) throw failure;
  const outcomes: Outcome[] = [];
  for (const one of asked) outcomes.push(await outcomeOf(one, read, means));
  return outcomes;
}

async function outcomeOf(
  { id, operation, batches }: { id: string; operation: string; batches: readonly AskedBatch[] },
  read: ReadonlyMap<string, ReadOf>,
  means: AskMeans,
): Promise<Outcome> {
  const { provider } = means;
  for (const { batch, asks } of batches) {
    const states = read.get(batch);
    if (states === undefined || states === "pending") return { id, ok: "pending", operation };
    if (states === "unknown") {
      const message = `${provider} knows nothing of the batch any more`;
      return { id, ok: false, transient: true, code: "BATCH_UNKNOWN", message };
    }
    for (const [ask, wanted] of Object.entries(asks)) {
      const state = states.get(ask) ?? { kind: "failed", message: "the batch does not hold it" };
      if (state.kind === "pending") return { id, ok: "pending", operation };
      if (state.kind === "done") continue;
      if (await means.isAsWanted(ask, wanted)) continue;
      const message = `${provider} could not change listing ${ask}: ${state.message.slice(0, MAX_MESSAGE)}`;
      return { id, ok: false, transient: means.isWorthRepeating(wanted), code: "LISTING_NOT_CHANGED", message };
    }
  }
  return { id, ok: true };
}

/** Of an update that is not sent, since it could not be taken. */
export const refused = (id: string, code: string, message: string): Outcome => ({
  id,
  ok: false,
  transient: false,
  code,
  message,
});

/** Where there is no listing to show the units with: the market wants its price, and somebody has to make it there. */
export const noAsk = (id: string, provider: string): Outcome =>
  refused(id, "NO_LISTING_THERE", `There is no open listing of this on ${provider}: make one there, with its price`);
