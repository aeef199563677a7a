import * as z from "zod";
import { type Context, requirePermission } from "../../platform/context.ts";
import { decodeCursor, encodeCursor } from "../../platform/cursor.ts";
import { defined } from "../../platform/defined.ts";
import { AppError, ValidationError } from "../../platform/errors.ts";
import { idempotent } from "../../platform/idempotency.ts";
import { parse } from "../../platform/parse.ts";
import { IdSchema, type Page, PageSchema } from "../../platform/resources.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { InstantSchema, LineSchema, PlatformSchema, SignedMoneySchema } from "../schemas.ts";
import { listByTime, listOfOrder, type Place } from "./list.store.ts";
import { type Entry, SIGN_OF_TYPE, TRANSACTION_TYPES, type TransactionView, viewTransaction } from "./transaction.ts";
import { claimReference } from "./transaction.store.ts";
import { preparedWrites } from "./writes.ts";

export const ListTransactionsSchema = z.lazy(() =>
  PageSchema.unwrap().extend({
    type: z.enum(TRANSACTION_TYPES).optional(),
    platform: PlatformSchema.optional(),
    orderId: IdSchema.optional(),
    from: InstantSchema.optional().describe("Not before this time"),
    to: InstantSchema.optional().describe("Before this time"),
  }),
);

/** What people write by hand. Sales, costs and losses come from orders and stock. */
const BY_HAND = ["fee", "feeRefund", "shipping", "tax", "payout", "adjustment"] as const;

export const RecordTransactionSchema = z.lazy(() =>
  z
    .object({
      type: z.enum(BY_HAND),
      platform: PlatformSchema,
      amount: SignedMoneySchema,
      occurredAt: InstantSchema.optional().describe("Now, where absent"),
      orderId: IdSchema.optional(),
      reference: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .describe("Your own name of it, a line of a statement for instance: the same one twice is refused"),
      note: LineSchema.optional(),
    })
    .strict()
    .superRefine(({ type, amount }, context) => {
      const sign = SIGN_OF_TYPE[type];
      const wrong = (sign === "in" && amount.minor < 0) || (sign === "out" && amount.minor > 0);
      if (wrong)
        context.addIssue({
          code: "custom",
          path: ["amount"],
          message: `a ${type} is money ${sign}: its amount must${sign === "in" ? " not" : ""} be negative`,
        });
    }),
);

/** Newest first. Fewer than asked for with a cursor means only that a filter passed over many. */
export async function listTransactions(ctx: Context, input: unknown): Promise<Page<TransactionView>> {
  requirePermission(ctx, "finance.read");
  const { limit, cursor, ...filters } = parse(ListTransactionsSchema, input);
  if (filters.from !== undefined && filters.to !== undefined && filters.from > filters.to)
    throw new ValidationError([{ path: "to", code: "BEFORE_FROM", message: "to is before from" }]);
  const query = { transactions: filters };
  const after = cursor === undefined ? undefined : decodeCursor<Place>(ctx, query, cursor);
  const page =
    filters.orderId === undefined
      ? await listByTime(ctx, filters, limit, after)
      : await listOfOrder(ctx, { ...filters, orderId: filters.orderId }, limit, after);
  const items = page.items.map(viewTransaction);
  return page.after ? { items, nextCursor: encodeCursor(ctx, query, page.after) } : { items };
}

/** All that is written of an order; empty for one of which nothing is, and for one that is not ours. */
export async function orderTransactions(ctx: Context, orderId: string, input: unknown): Promise<Page<TransactionView>> {
  return listTransactions(ctx, { ...parse(PageSchema, input), orderId });
}

/** Throws STATE_CONFLICT where the platform's reference is written already. */
export async function recordTransaction(ctx: Context, input: unknown): Promise<TransactionView> {
  requirePermission(ctx, "finance.write");
  const { reference, ...data } = parse(RecordTransactionSchema, input);
  return idempotent<TransactionView>(ctx, "finance.recordTransaction", input, async (commit) => {
    const occurredAt = data.occurredAt ?? new Date(ctx.now()).toISOString();
    const source = { kind: "manual", id: `${data.platform}#${reference}` };
    const ref = `${data.type}#${data.platform}#${reference}`;
    const entry = defined({ ...data, occurredAt, source, ref }) as Entry;
    const { writes, transactions } = preparedWrites(ctx, [entry]);
    const [written] = transactions;
    if (!written) throw new RangeError("Nothing was prepared");
    const claim = data.orderId === undefined ? [] : [claimReference(ctx, source.id, ref, written.id)];
    try {
      return await commit([...claim, ...writes], viewTransaction(written));
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
      const message = `This ${data.type} of ${data.platform} is written already: ${JSON.stringify(reference)}`;
      throw new AppError("STATE_CONFLICT", message, {
        field: "reference",
        details: { id: error.reasons[0]?.item?.["id"] },
      });
    }
  });
}
