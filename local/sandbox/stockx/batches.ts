import type { Answered, Asked } from "../provider/server.ts";
import { idOf, type ListingInput, nextNumber, Refused, type StockxBatch, type StockxState, timeOf } from "./state.ts";

const KIND_BATCH = 4;
const KIND_ITEM = 5;
const MAX_ITEMS = 100;
/** A batch is worked when it was asked for so often, and after so long in any case. */
const ASKED_TO_COMPLETE = 2;
const COMPLETE_MS = 3_000;

const CHANGEABLE = new Set(["ACTIVE", "INACTIVE"]);

/** The items of a batch as they come; undefined of what is no batch. */
export function itemsOf(body: string): ListingInput[] | undefined {
  try {
    const { items } = JSON.parse(body) as { items?: ListingInput[] };
    return Array.isArray(items) ? items : undefined;
  } catch {
    return undefined;
  }
}

export function takeBatch(state: StockxState, { body, now }: Asked): Answered {
  const inputs = itemsOf(body);
  if (!inputs || inputs.length === 0 || inputs.length > MAX_ITEMS)
    throw new Refused(400, `A batch has 1 to ${MAX_ITEMS} items`);
  if (inputs.some(({ listingId }) => typeof listingId !== "string")) throw new Refused(400, "listingId is required");
  const batch: StockxBatch = {
    batchId: idOf(KIND_BATCH, nextNumber(state)),
    createdAt: timeOf(now),
    asked: 0,
    completedAt: null,
    items: inputs.map((listingInput) => ({
      itemId: idOf(KIND_ITEM, nextNumber(state)),
      status: "QUEUED",
      listingInput: { ...listingInput },
    })),
  };
  state.batches[batch.batchId] = batch;
  return { status: 200, body: wireBatch(batch) };
}

/** `/{batchId}` or `/{batchId}/items`, which both bring it nearer to its end. */
export function getBatch(
  state: StockxState,
  batchId: string,
  part: string | undefined,
  { query, now }: Asked,
): Answered {
  const batch = state.batches[batchId];
  if (!batch) throw new Refused(404, "Batch not found");
  batch.asked++;
  if (batch.asked >= ASKED_TO_COMPLETE) work(state, batch, now);
  if (part === undefined) return { status: 200, body: wireBatch(batch) };
  const status = query.get("status");
  return { status: 200, body: { items: batch.items.filter((item) => status === null || item.status === status) } };
}

/** Time goes on without anybody asking; the batches are worked in the order in which they came. */
export function workBatches(state: StockxState, now: number): void {
  for (const batch of Object.values(state.batches))
    if (batch.completedAt === null && Date.parse(batch.createdAt) + COMPLETE_MS <= now) work(state, batch, now);
}

function work(state: StockxState, batch: StockxBatch, now: number): void {
  if (batch.completedAt !== null) return;
  for (const earlier of Object.values(state.batches)) {
    if (earlier === batch) break;
    work(state, earlier, now);
  }
  for (const item of batch.items) {
    const error = change(state, item.listingInput, now);
    item.status = error === undefined ? "COMPLETED" : "FAILED";
    if (error !== undefined) item.error = error;
    else {
      const { listingId } = item.listingInput;
      item.result = { listingId, askId: state.listings[listingId]?.askId ?? null };
    }
  }
  batch.completedAt = timeOf(now);
}

/** Why it was not changed. */
function change(state: StockxState, { listingId, active, amount, currencyCode }: ListingInput, now: number) {
  const listing = state.listings[listingId];
  if (!listing) return "Listing not found";
  if (listing.refuses !== undefined) return listing.refuses;
  if (!CHANGEABLE.has(listing.status)) return `A listing that is ${listing.status} cannot be changed`;
  if (amount !== undefined && !/^[1-9]\d{0,6}(\.\d{1,2})?$/.test(amount)) return "Invalid amount";
  if (active !== undefined) listing.status = active ? "ACTIVE" : "INACTIVE";
  if (amount !== undefined) listing.amount = amount;
  if (currencyCode !== undefined) listing.currencyCode = currencyCode;
  listing.updatedAt = timeOf(now);
  return undefined;
}

function wireBatch({ batchId, createdAt, completedAt, items }: StockxBatch): object {
  const counted = Map.groupBy(items, ({ status }) => status.toLowerCase());
  return {
    batchId,
    status: completedAt === null ? "QUEUED" : "COMPLETED",
    completedAt,
    createdAt,
    updatedAt: completedAt ?? createdAt,
    totalItems: items.length,
    itemStatuses: Object.fromEntries([...counted].map(([status, some]) => [status, some.length])),
  };
}
