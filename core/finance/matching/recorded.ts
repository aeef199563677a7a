import { type Context, createContext, type Resources, systemActor } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { OrganizationId } from "../../platform/ids.ts";
import { NO_CURRENCY } from "../../platform/money.ts";
import type { Item } from "../../platform/table.ts";
import { SALE_RECORDED } from "../ledger/writes.ts";
import { purchases } from "./match.store.ts";
import { PURCHASE_RECORDED } from "./purchases.ts";
import { releaseUnits, type ReturnedUnits, UNITS_RETURNED } from "./release.ts";
import { matchOrder, matchPurchase } from "./run.ts";

const AT_ONCE = 4;

/**
 * What the stream brings of sales and purchases is matched. Where an organisation has no purchases at all, its sales are
 * left as they are: a shop that sells from stock has nothing to match, and a history of a hundred thousand lines costs
 * nothing. Whoever records purchases after such a history has it matched by `matchSales`.
 */
export async function matchRecorded(resources: Resources, changes: { old?: Item; new?: Item }[]): Promise<void> {
  const events = changes.flatMap(({ old, new: item }) => (item?.["entity"] === "event" && !old ? [item] : []));
  const work: (() => Promise<void>)[] = [];
  const ofMatching = events.filter(({ type }) => WORK.has(String(type)));
  for (const [organizationId, ofOne] of Map.groupBy(ofMatching, (event) => String(event["organizationId"]))) {
    const actor = systemActor(organizationId as OrganizationId, NO_CURRENCY, "system:matching");
    const ctx = createContext(resources, { actor, requestId: resources.newId("request") });
    const { items } = await purchases.list(ctx, { limit: 1 });
    // What came back is taken off even where nothing is matched yet, or it would be matched later.
    const due = ofOne.filter(({ type }) => items.length > 0 || type === UNITS_RETURNED);
    work.push(...due.map((event) => () => workEvent(ctx, event)));
  }
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** By type of event. */
const WORK = new Map<string, (ctx: Context, data: unknown) => Promise<unknown>>([
  [SALE_RECORDED, (ctx, data) => matchOrder(ctx, (data as { orderId: string }).orderId)],
  [PURCHASE_RECORDED, (ctx, data) => matchPurchase(ctx, (data as { purchaseId: string }).purchaseId)],
  [UNITS_RETURNED, (ctx, data) => releaseUnits(ctx, data as ReturnedUnits)],
]);

async function workEvent(ctx: Context, event: Item): Promise<void> {
  try {
    await WORK.get(String(event["type"]))?.(ctx, event["data"]);
  } catch (error) {
    // What can succeed later holds the stream until it does; what cannot is not worth holding it for, and can be run again.
    if (!(error instanceof AppError) || error.retryable) throw error;
    ctx.log.error("A sale or purchase could not be matched", { event: event["id"], error });
  }
}
