import type { OrderBook, TakenBack } from "../../core/imports/orders/order-book.ts";
import type { OrderDraft } from "../../core/orders/order-draft.ts";
import type { Context } from "../../core/platform/context.ts";
import { orgPartition } from "../../core/platform/keys.ts";
import type { Item } from "../../core/platform/table.ts";
import { TransactionCanceled } from "../../core/platform/table-errors.ts";

const partition = (ctx: Context, kind: string) => orgPartition(ctx.actor.organizationId, kind);

/** What a file's order became: only what it told, so that an import's tests need nothing of what orders do. */
export interface KeptOrder {
  id: string;
  draft: OrderDraft;
  returns: TakenBack[];
}

/** Orders as an import needs them, in the table: made once, returned once. */
export const FAKE_BOOK: OrderBook = {
  async record(ctx, draft, { writes }) {
    const id = ctx.newId("order");
    const guard = { pk: partition(ctx, "FAKE_GUARD"), sk: `${draft.channel}#${draft.externalId}` };
    try {
      await ctx.table.transact([
        { put: { ...guard, orderId: id }, condition: { expression: "attribute_not_exists(pk)" } },
        { put: { pk: partition(ctx, "FAKE_ORDER"), sk: id, draft } },
        ...writes(id),
      ]);
      return { orderId: id, duplicate: false };
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
      return { orderId: String(error.reasons[0]?.item?.["orderId"]), duplicate: true };
    }
  },
  async takeBack(ctx, taken) {
    await ctx.table.put({
      pk: partition(ctx, "FAKE_RETURN"),
      sk: `${taken.orderId}#${taken.returnId}`,
      taken,
    });
  },
};

export async function keptOrders(ctx: Context): Promise<KeptOrder[]> {
  const all = async (kind: string) => {
    const items: Item[] = [];
    let startKey: Item | undefined;
    do {
      const page = await ctx.table.query<Item>({ pk: partition(ctx, kind), ...(startKey ? { startKey } : {}) });
      items.push(...page.items);
      startKey = page.lastKey;
    } while (startKey);
    return items;
  };
  const returns = (await all("FAKE_RETURN")).map((item) => item["taken"] as TakenBack);
  return (await all("FAKE_ORDER")).map((item) => ({
    id: String(item["sk"]),
    draft: item["draft"] as OrderDraft,
    returns: returns.filter(({ orderId }) => orderId === item["sk"]),
  }));
}
