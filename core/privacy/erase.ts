import * as Identity from "../identity/index.ts";
import * as Orders from "../orders/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { type DueItem, dueRemoval } from "../platform/due.ts";
import { AppError } from "../platform/errors.ts";
import { revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { mayBeOfMember, type Person, type PrivacyRequest } from "./request.ts";
import { dueWritesOf, personOf, requests } from "./request.store.ts";
import { doneWrites } from "./requests.ts";

/** Orders that one look erases: the next, a minute later, goes on. */
const MOST_AT_ONCE = 200;
/** What waits for an order to arrive, or for another owner, is looked at again then. */
const AGAIN_AFTER_MS = 24 * 3_600_000;

/**
 * Does what is still to be done of an erasure. It may die anywhere and begin anew: each order and each account is erased
 * in one transaction, what is erased is found no more, and the request ends with the last of it. Returns false where
 * there was nothing to do.
 */
export async function carryOut(ctx: Context, due: Pick<DueItem, "id" | "dueAt" | "kind">): Promise<boolean> {
  requirePermission(ctx, "organization.manage");
  const found = await requests.find(ctx, due.id);
  const person = found && personOf(ctx, found);
  if (!found || found.status === "done" || found.dueAt !== due.dueAt || !person) {
    // Left behind by nothing that is known; it must not come up for ever.
    await ctx.table.transact([dueRemoval(ctx, due)]);
    return false;
  }
  const isOfMember = mayBeOfMember(found);
  const request = isOfMember ? await withMember(ctx, found, person) : found;
  const { erased, waiting, isWhole } = await eraseOrders(ctx, request, person);
  const problem = isOfMember ? await eraseIdentity(ctx, request, person) : undefined;
  const counted = { ordersErased: request.ordersErased + erased, ordersWaiting: waiting };
  const isOver = isWhole && waiting === 0 && problem === undefined;
  try {
    if (isOver) {
      const { sealedPerson: _person, dueAt: _due, note: _note, ...rest } = request;
      const done = revise<PrivacyRequest>(ctx, "Privacy request", rest, { ...counted, status: "done" });
      await ctx.table.transact(doneWrites(ctx, request, done));
    } else {
      const pause = isWhole ? AGAIN_AFTER_MS : 0;
      const dueAt = new Date(ctx.now() + pause).toISOString();
      const { note: _note, ...rest } = request;
      const again = revise<PrivacyRequest>(ctx, "Privacy request", rest, { ...counted, dueAt, ...noteOf(problem) });
      await ctx.table.transact([requests.replaceWrite(ctx, again), ...dueWritesOf(ctx, request, again)]);
    }
  } catch (error) {
    // Somebody closed it, or another sweep has done the same.
    if (!(error instanceof TransactionCanceled && error.failedAt(0))) throw error;
  }
  return true;
}

const noteOf = (note: string | undefined) => (note === undefined ? {} : { note });

/** Notes which member it is about before their address, by which they are found, is gone. */
async function withMember(ctx: Context, request: PrivacyRequest, { email }: Person): Promise<PrivacyRequest> {
  if (request.userId !== undefined || email === undefined) return request;
  const userId = await Identity.findMemberId(ctx, email);
  if (userId === undefined) return request;
  const noted = revise(ctx, "Privacy request", request, { userId });
  await ctx.table.transact([requests.replaceWrite(ctx, noted)]);
  return noted;
}

async function eraseOrders(ctx: Context, { evenIfOpen }: PrivacyRequest, sought: Person) {
  const ids = await Orders.findBuyerOrders(ctx, sought);
  const result = { erased: 0, waiting: 0, isWhole: true };
  for (const id of ids) {
    if (result.erased >= MOST_AT_ONCE) return { ...result, isWhole: false };
    const { erased, waiting } = await Orders.eraseBuyerOrders(ctx, id, { sought, evenIfOpen });
    result.erased += erased;
    result.waiting += waiting;
  }
  return result;
}

/** What keeps the member from being erased, for the operator to put right. */
async function eraseIdentity(ctx: Context, { userId }: PrivacyRequest, { email }: Person): Promise<string | undefined> {
  if (email !== undefined) await Identity.eraseInvitations(ctx, email);
  if (userId === undefined) return undefined;
  try {
    await Identity.eraseMember(ctx, userId);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === "STATE_CONFLICT") return error.message;
    throw error;
  }
}
