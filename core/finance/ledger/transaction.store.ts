import type { Context } from "../../platform/context.ts";
import { type Key, orgPartition, type PartitionKey } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { Transaction, TransactionType } from "./transaction.ts";

/**
 * NOT_YET_WRITTEN: the same fact is told twice, by a repeated message or by two calls at once. Its ref is its key, so
 * both put the same item, and only one transaction is let in.
 */
const NOT_YET_WRITTEN = { expression: "attribute_not_exists(pk)" };

/** What an entry stands under: its order, or else what it comes from. */
export function subjectPartition(ctx: Context, subject: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "TRANSACTION", subject);
}

export function timePartition(ctx: Context): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "TRANSACTIONS");
}

export function typePartition(ctx: Context, type: TransactionType): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "TRANSACTIONS", type);
}

export function transactionKey(
  ctx: Context,
  { orderId, source, ref }: Pick<Transaction, "orderId" | "source" | "ref">,
): Key {
  return { pk: subjectPartition(ctx, orderId ?? source.id), sk: ref };
}

/** Fails where the same fact stands already; the item that stood there comes with the refusal. */
export function transactionWrite(ctx: Context, entry: Transaction): Write {
  const { amount, ...rest } = entry;
  const time = `${entry.occurredAt}#${entry.id}`;
  return {
    put: {
      ...rest,
      ...transactionKey(ctx, entry),
      entity: "transaction",
      amountMinor: amount.minor,
      currency: amount.currency,
      gsi1pk: timePartition(ctx),
      gsi1sk: time,
      gsi2pk: typePartition(ctx, entry.type),
      gsi2sk: time,
    },
    condition: NOT_YET_WRITTEN,
  };
}

/** Holds a reference of somebody's own for an entry that stands under its order, where only that order's refs are unique. */
export function claimReference(ctx: Context, sourceId: string, ref: string, id: string): Write {
  return {
    put: { pk: subjectPartition(ctx, sourceId), sk: ref, entity: "transaction-reference", id },
    condition: NOT_YET_WRITTEN,
  };
}

export function transactionOf(item: Item): Transaction {
  const {
    pk: _pk,
    sk: _sk,
    entity: _entity,
    gsi1pk: _gsi1pk,
    gsi1sk: _gsi1sk,
    gsi2pk: _gsi2pk,
    gsi2sk: _gsi2sk,
    amountMinor,
    currency,
    ...rest
  } = item;
  return {
    ...(rest as unknown as Transaction),
    amount: { minor: amountMinor as number, currency: currency as string },
  };
}
