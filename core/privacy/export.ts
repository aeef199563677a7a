import * as z from "zod";
import * as Identity from "../identity/index.ts";
import * as Orders from "../orders/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { PageSchema } from "../platform/resources.ts";
import { mayBeOfMember } from "./request.ts";
import { personOf, requests } from "./request.store.ts";

export const ExportSchema = z.lazy(() => PageSchema.unwrap().strict());

export interface PersonalExport {
  requestId: string;
  /** Of somebody who works, worked or was asked to work here; on the first page only, and never for a channel's customer. */
  identity?: Identity.PersonalData;
  /** With every step of each. */
  orders: (ReturnType<typeof Orders.viewOrder> & { history: Orders.HistoryEntry[] })[];
  nextCursor?: string;
}

/**
 * All that is kept of the person of a request, a page of orders at a time; each export is an entry of the audit log.
 * Throws NOT_FOUND, STATE_CONFLICT where the request is done and about nobody any more.
 */
export async function exportPerson(
  ctx: Context,
  { id, page: input }: { id: string; page: unknown },
): Promise<PersonalExport> {
  requirePermission(ctx, "organization.manage");
  const { limit, cursor } = parse(ExportSchema, input);
  const request = await requests.get(ctx, id);
  const person = personOf(ctx, request);
  if (!person) throw new AppError("STATE_CONFLICT", "The request is done: nobody is known by it", { details: { id } });
  const query = { list: "privacyExport", id };
  const after = cursor === undefined ? "" : decodeCursor<string>(ctx, query, cursor);
  const ids = (await Orders.findBuyerOrders(ctx, person)).filter((one) => one > after);
  const orders: PersonalExport["orders"] = [];
  for (const one of ids.slice(0, limit))
    for await (const { order, history } of Orders.exportBuyerOrders(ctx, one, person))
      orders.push({ ...Orders.viewOrder(order), history });
  const last = ids[limit - 1];
  const rest = ids.length > limit && last !== undefined ? { nextCursor: encodeCursor(ctx, query, last) } : {};
  if (after !== "") return { requestId: id, orders, ...rest };
  const { email } = person;
  const isOfMember = email !== undefined && mayBeOfMember(request);
  const identity = isOfMember ? await Identity.personalDataOf(ctx, email) : undefined;
  await ctx.table.transact([outboxWrite(ctx, "privacy.exported", { id })]);
  return { requestId: id, ...(identity ? { identity } : {}), orders, ...rest };
}
