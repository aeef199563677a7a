import type { Answered, Asked } from "../provider/server.ts";
import { pageOf } from "./pages.ts";
import { type AliasBatch, type AliasState, type BatchKind, nextNumber, Refused, timeOf } from "./state.ts";

const MAX_ITEMS = 1_000;
/** Operations of all batches under way; beyond, batches are refused for the moment. */
const MAX_UNDER_WAY = 5_000;
/** A batch is worked when it was asked for so often, and after so long in any case. */
const ASKED_TO_COMPLETE = 2;
const COMPLETE_MS = 3_000;

const CHANGEABLE = new Set(["LISTING_STATUS_ACTIVE", "LISTING_STATUS_INACTIVE"]);

interface UpdateItem {
  id?: string;
  price_cents_change?: { new_value?: number | string; condition_operator?: string };
}

/** The ids are parameters of the address, the items of an update its body. */
export function takeBatch(state: AliasState, kind: BatchKind, { query, body, now }: Asked): Answered {
  const wanted = kind === "UPDATE" ? updatesOf(body) : query.getAll("ids").map((id) => ({ id }));
  if (wanted.length === 0 || wanted.length > MAX_ITEMS)
    throw new Refused(400, `A batch has 1 to ${MAX_ITEMS} listings`);
  if (underWay(state) + wanted.length > MAX_UNDER_WAY) throw new Refused(429, "Too many operations are under way");
  const batch: AliasBatch = {
    id: `batch-${String(nextNumber(state)).padStart(9, "0")}`,
    kind,
    created_at: timeOf(now),
    asked: 0,
    completed_at: null,
    operations: wanted.map((one) => ({ ...one, status: "PENDING", success: false, errors: [] })),
  };
  state.batches[batch.id] = batch;
  return { status: 200, body: { batch_id: batch.id, status: "BATCH_STATUS_PENDING" } };
}

function updatesOf(body: string): { id: string; cents: string }[] {
  const { items = [] } = JSON.parse(body || "{}") as { items?: UpdateItem[] };
  return items.map(({ id = "", price_cents_change: price }) => {
    if (price?.condition_operator !== "CONDITION_OPERATOR_EQ")
      throw new Refused(400, "Invalid parameter: condition_operator");
    return { id, cents: String(price.new_value) };
  });
}

const underWay = ({ batches }: AliasState) =>
  Object.values(batches).reduce((sum, one) => sum + (one.completed_at === null ? one.operations.length : 0), 0);

export const quota = (state: AliasState): Answered => ({
  status: 200,
  body: { used_operation_quota: String(underWay(state)), max_operation_quota: String(MAX_UNDER_WAY) },
});

export function listBatches(state: AliasState, asked: Asked): Answered {
  const found = Object.values(state.batches).map(wireBatch);
  const { items, token, hasMore } = pageOf(found, asked, { size: "limit", max: 50, standard: 25 });
  return { status: 200, body: { batches: items, next_pagination_token: token, has_more: hasMore } };
}

export function getBatch(state: AliasState, id: string, { now }: Asked): Answered {
  const batch = batchOf(state, id);
  batch.asked++;
  if (batch.asked >= ASKED_TO_COMPLETE) work(state, batch, now);
  return { status: 200, body: wireBatch(batch) };
}

export function getOperations(state: AliasState, id: string, asked: Asked): Answered {
  const batch = batchOf(state, id);
  const { items, token } = pageOf(batch.operations, asked, { size: "limit", max: 500, standard: 25 });
  const operations = items.map((one) => wireOperation(batch, one));
  return { status: 200, body: { id, operations, pagination_token: token } };
}

/** Time goes on without anybody asking; the batches are worked in the order in which they came. */
export function workBatches(state: AliasState, now: number): void {
  for (const batch of Object.values(state.batches))
    if (batch.completed_at === null && Date.parse(batch.created_at) + COMPLETE_MS <= now) work(state, batch, now);
}

function work(state: AliasState, batch: AliasBatch, now: number): void {
  if (batch.completed_at !== null) return;
  for (const earlier of Object.values(state.batches)) {
    if (earlier === batch) break;
    work(state, earlier, now);
  }
  for (const operation of batch.operations) {
    const error = change(state, batch.kind, operation, now);
    operation.status = error === undefined ? "COMPLETED" : "FAILED";
    operation.success = error === undefined;
    if (error !== undefined) operation.errors.push(error);
  }
  batch.completed_at = timeOf(now);
}

/** Why it was not changed. */
function change(state: AliasState, kind: BatchKind, { id, cents = "" }: { id: string; cents?: string }, now: number) {
  const listing = state.listings[id];
  if (!listing) return "listing not found";
  if (listing.refuses !== undefined) return listing.refuses;
  if (!CHANGEABLE.has(listing.status)) return `listing is ${listing.status}`;
  if (kind === "UPDATE") {
    if (!/^[1-9]\d*00$/.test(cents)) return "price must be in whole dollar increments";
    listing.price_cents = cents;
  } else {
    const status = `LISTING_STATUS_${kind === "ACTIVATE" ? "ACTIVE" : "INACTIVE"}`;
    if (listing.status === status) return `listing is ${status} already`;
    listing.status = status;
  }
  listing.updated_at = timeOf(now);
  return undefined;
}

function wireBatch({ id, kind, created_at, completed_at, operations }: AliasBatch): object {
  const failed = operations.filter(({ status }) => status === "FAILED").length;
  return {
    id,
    status: `BATCH_STATUS_${completed_at === null ? "PENDING" : "COMPLETED"}`,
    type: `BATCH_TYPE_${kind}`,
    queued: String(completed_at === null ? operations.length : 0),
    processed: String(completed_at === null ? 0 : operations.length),
    failed: String(failed),
    created_at,
    completed_at,
  };
}

function wireOperation({ kind }: AliasBatch, { id, cents, status, success, errors }: AliasBatch["operations"][number]) {
  const name = kind.toLowerCase();
  const price = cents === undefined ? {} : { price_cents_change: { new_value: cents } };
  return {
    type: `BATCH_TYPE_${kind}`,
    status: `BATCH_OPERATION_STATUS_${status}`,
    success,
    errors,
    [`${name}_listing_request`]: { id, ...price },
    ...(success ? { [`${name}_listing_result`]: { id } } : {}),
  };
}

function batchOf(state: AliasState, id: string): AliasBatch {
  const batch = state.batches[id];
  if (!batch) throw new Refused(404, "Batch not found");
  return batch;
}
