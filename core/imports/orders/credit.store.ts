import type { Context } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { Deduction, DeductionLine } from "./order-record.ts";

/** A line of a credit, and the order that it was sold by, where that was found. */
export interface CreditLine extends DeductionLine {
  orderId?: string;
}

/** Goods that came back, or were written off, as a file says. Kept as it was told, each line with the order it belongs to. */
export interface Credit extends Omit<Deduction, "lines" | "customer"> {
  id: string;
  kind: "credit" | "writeOff";
  lines: CreditLine[];
  importId: string;
  recordedAt: string;
}

function keyOf(ctx: Context, id: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "CREDIT"), sk: id };
}

export function creditWrite(ctx: Context, credit: Credit): Write {
  return { put: { ...defined(credit), ...keyOf(ctx, credit.id), entity: "credit" } };
}

/** Undefined where there is none of this id. */
export async function readCredit(ctx: Context, id: string): Promise<Credit | undefined> {
  const item = await ctx.table.get<Item>(keyOf(ctx, id), { consistent: true });
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, entity: _entity, ...credit } = item;
  return credit as unknown as Credit;
}
