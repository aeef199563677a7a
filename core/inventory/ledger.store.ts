import { type Context, timestamp } from "../platform/context.ts";
import { orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Cause, LedgerEntry } from "./ledger.ts";

/** A product's ledger, in the order of time. */
export function ledgerPartition(ctx: Context, productId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "LEDGER", productId);
}

/** Where the units of a lot came from and went: every entry that moved some of them (gsi1). */
export function tracePartition(ctx: Context, lotId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "LOT_TRACE", lotId);
}

/** What an entry says of the change; who, when and the id are the context's. */
export type EntryFacts = Pick<LedgerEntry, "productId" | "locationId" | "type"> &
  Partial<Omit<LedgerEntry, "id" | "cause" | "actor" | "requestId" | "at">>;

export function entryWrite(ctx: Context, cause: Cause, facts: EntryFacts): Write {
  const id = ctx.newId("ledgerEntry");
  const entry: LedgerEntry = {
    id,
    onHandChange: 0,
    reservedChange: 0,
    blockedChange: 0,
    bufferChange: 0,
    ...facts,
    cause,
    actor: { kind: ctx.actor.kind, id: ctx.actor.id },
    requestId: ctx.requestId,
    at: timestamp(ctx),
  };
  return {
    put: {
      ...entry,
      pk: ledgerPartition(ctx, facts.productId),
      sk: id,
      entity: "ledger-entry",
      ...(facts.lotId === undefined ? {} : { gsi1pk: tracePartition(ctx, facts.lotId), gsi1sk: id }),
    },
    condition: { expression: "attribute_not_exists(pk)" },
  };
}

export function entryOf(item: Item): LedgerEntry {
  const { pk: _pk, sk: _sk, entity: _entity, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...entry } = item;
  return entry as unknown as LedgerEntry;
}
